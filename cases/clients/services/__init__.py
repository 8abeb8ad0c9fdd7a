"""Acts on clients, their coverage, the people around them, and who reads their file in the portal."""

from cases.clients.services.people import (
    AuthorisationEnded,
    BothMustSign,
    EndsBeforeSigned,
    SignedInFuture,
    SignedTwice,
    add_provider,
    add_representative,
    authorise,
    correct_authorisation,
    correct_provider,
    correct_representative,
    end_authorisation,
)
from cases.clients.services.portal import (
    AlreadyInvited,
    accept_invitation,
    end_portal_access,
    invite_to_portal,
)
from cases.clients.services.records import (
    EvidenceUnsaid,
    NoEvidence,
    NotSaidHowSure,
    add_coverage,
    correct_client,
    correct_coverage,
    create_client,
    gaps_in_evidence,
)

__all__ = [
    "AlreadyInvited",
    "AuthorisationEnded",
    "BothMustSign",
    "EndsBeforeSigned",
    "EvidenceUnsaid",
    "NoEvidence",
    "NotSaidHowSure",
    "SignedInFuture",
    "SignedTwice",
    "accept_invitation",
    "add_coverage",
    "add_provider",
    "add_representative",
    "authorise",
    "correct_authorisation",
    "correct_client",
    "correct_coverage",
    "correct_provider",
    "correct_representative",
    "create_client",
    "end_authorisation",
    "end_portal_access",
    "gaps_in_evidence",
    "invite_to_portal",
]

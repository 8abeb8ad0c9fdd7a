"""Acts on clients and their coverage."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from cases.clients.models import Certainty, Client, Coverage, EvidenceKind, Regulator
from cases.clients.reach import Reach
from cases.clients.services.announcing import announce


class NoEvidence(Refusal):
    words = "Choose how we know it. If nobody knows yet, choose “Not known yet” as the regulator"
    field = "evidence_kind"


class EvidenceUnsaid(Refusal):
    words = "Say in a few words how we know it"
    field = "evidence"


class NotSaidHowSure(Refusal):
    words = "Choose how sure we are"
    field = "certainty"


@transaction.atomic
def create_client(
    *,
    family_name: str,
    given_name: str,
    email: str,
    phone: str,
    language: str,
    by: UUID,
    now: datetime,
    address: str = "",
    reach: str = Reach.UNSAID,
    may_leave_voicemail: bool = False,
    is_shared: bool = False,
    safe_words: str = "",
) -> Client:
    """Take a client in. What they have not said is the safer one: no voicemail."""
    client = Client.objects.create(
        family_name=family_name.strip(),
        given_name=given_name.strip(),
        email=email.strip().lower(),
        phone=phone.strip(),
        language=language,
        address=address.strip(),
        reach=str(reach),
        may_leave_voicemail=may_leave_voicemail,
        is_shared=is_shared,
        safe_words=safe_words.strip(),
        created_at=now,
    )
    audit.record(act="client created", at=now, actor_id=by, client_id=client.pk, subject=client)
    return client


@transaction.atomic
def correct_client(
    *,
    client: Client,
    family_name: str,
    given_name: str,
    email: str,
    phone: str,
    language: str,
    address: str,
    reach: str,
    may_leave_voicemail: bool,
    is_shared: bool,
    safe_words: str,
    by: UUID,
    now: datetime,
) -> None:
    """Replace a client's particulars, and how they may be reached: the planner follows within a minute."""
    client.family_name, client.given_name = family_name.strip(), given_name.strip()
    client.email, client.phone, client.language = email.strip().lower(), phone.strip(), language
    client.address, client.reach, client.safe_words = address.strip(), str(reach), safe_words.strip()
    client.may_leave_voicemail, client.is_shared = may_leave_voicemail, is_shared
    client.save(
        update_fields=[
            "family_name", "given_name", "email", "phone", "language", "address", "reach",
            "may_leave_voicemail", "is_shared", "safe_words",
        ]
    )  # fmt: skip
    audit.record(act="client corrected", at=now, actor_id=by, client_id=client.pk, subject=client)


def gaps_in_evidence(
    *, regulator: str, evidence_kind: str, evidence: str, certainty: str
) -> Iterator[Refusal]:
    """Yield what is missing before a regulator may be named: by what we know it, and how sure we are.

    The department closes cases of plans that it does not license, so an unfounded name costs time.
    """
    if regulator == Regulator.UNKNOWN:
        return
    if evidence_kind in {"", EvidenceKind.NONE}:
        yield NoEvidence()
    if evidence_kind == EvidenceKind.OTHER and not evidence.strip():
        yield EvidenceUnsaid()
    if certainty in {"", Certainty.UNKNOWN}:
        yield NotSaidHowSure()


@transaction.atomic
def add_coverage(
    *,
    client: Client,
    plan_name: str,
    member_id: str,
    regulator: str,
    evidence: str,
    by: UUID,
    now: datetime,
    delegate: str = "",
    evidence_kind: str = EvidenceKind.NONE,
    certainty: str = Certainty.UNKNOWN,
) -> Coverage:
    """Record which plan covers the client, who decides for it, and how we know who regulates it.

    Raises: NoEvidence, EvidenceUnsaid, NotSaidHowSure.
    """
    for gap in gaps_in_evidence(
        regulator=regulator, evidence_kind=evidence_kind, evidence=evidence, certainty=certainty
    ):
        raise gap
    coverage: Coverage = Coverage.objects.create(
        client=client,
        plan_name=plan_name.strip(),
        delegate=delegate.strip(),
        member_id=member_id.strip(),
        regulator=regulator,
        evidence_kind=evidence_kind,
        evidence=evidence.strip(),
        certainty=Certainty.UNKNOWN if regulator == Regulator.UNKNOWN else certainty,
        created_at=now,
    )
    audit.record(act="coverage added", at=now, actor_id=by, client_id=client.pk, subject=coverage)
    announce(client, now)
    return coverage


@transaction.atomic
def correct_coverage(
    *,
    coverage: Coverage,
    plan_name: str,
    member_id: str,
    regulator: str,
    evidence: str,
    delegate: str,
    evidence_kind: str,
    certainty: str,
    by: UUID,
    now: datetime,
) -> None:
    """Replace what we know of a coverage; dates that hang on the regulator are worked out again.

    Raises: NoEvidence, EvidenceUnsaid, NotSaidHowSure.
    """
    for gap in gaps_in_evidence(
        regulator=regulator, evidence_kind=evidence_kind, evidence=evidence, certainty=certainty
    ):
        raise gap
    coverage.plan_name, coverage.delegate = plan_name.strip(), delegate.strip()
    coverage.member_id = member_id.strip()
    coverage.regulator, coverage.evidence_kind = regulator, evidence_kind
    coverage.evidence = evidence.strip()
    coverage.certainty = Certainty.UNKNOWN if regulator == Regulator.UNKNOWN else certainty
    coverage.save(
        update_fields=[
            "plan_name", "delegate", "member_id", "regulator", "evidence_kind", "evidence", "certainty",
        ]
    )  # fmt: skip
    audit.record(
        act="coverage corrected", at=now, actor_id=by, client_id=coverage.client_id, subject=coverage
    )
    announce(coverage.client, now)

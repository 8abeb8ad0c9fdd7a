"""The people around the demo's clients, and how we know who regulates their plans. Nobody here exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from advocacy.accounts.models import User
from cases.casefile.services import CALIFORNIA
from cases.clients import services as clients
from cases.clients.authority import Terms
from cases.clients.models import Client

DMHC_FORM: Final = "Authorized Assistant Form"
CDI_FORM: Final = "Authorization for Release of Medical Records and Designation of IMR Agent"
PLAN_FORM: Final = "The plan’s own form for a representative"
RELEASE: Final = "Release of medical records"

# By regulator: how we know it, what it says, how sure we are.
EVIDENCE: Final = {
    "dmhc": ("notice_phone", "The letter names the DMHC help line.", "sure"),
    "cdi": ("notice_phone", "The letter names the number of the Department of Insurance.", "sure"),
    "unknown": ("none", "", "unknown"),
}
# The same for a family whose evidence is another.
OTHER_EVIDENCE: Final = {
    "Reyes": ("eoc", "Page 61 of the booklet names the DMHC help line.", "sure"),
    "Lindqvist": ("card", "The card says HMO. We have not seen the letter's last page.", "likely"),
    "Castillo": ("other", "The plan's name sounds like an HMO.", "guess"),
    "Kim": ("plan_answer", "The plan's member line said DMHC on the phone.", "likely"),
    "Quispe": ("eoc", "The policy names the Department of Insurance.", "sure"),
    "Flores": ("card", "The card says HMO.", "likely"),
}
# What some families said of how they may be reached.
REACH: Final[dict[str, dict[str, Any]]] = {
    "Reyes": {"reach": "phone", "safe_words": "Call after 2 pm: his mother works nights."},
    "Tran": {"reach": "letter", "address": "48 Cedar Court, Oakland, CA 94601"},
    "Lindqvist": {"is_shared": True},
}
# Who decided in the plan's place.
DELEGATES: Final = {
    "Okafor": "Crestline Medical Group",
    "Nguyen": "Openfield Behavioral Health Management",
    "Young": "Foothill Physicians Group",
}


@dataclass(frozen=True)
class Paper:
    """One authorization, in days before today; a last day that is to come is negative."""

    body: str
    form: str
    client_signed: int | None = None
    helper_signed: int | None = None
    expires: int | None = None
    both: bool = True
    instead: str = ""
    ended: bool = False


@dataclass(frozen=True)
class Helper:
    """Who helps the client of that family name, and with which papers."""

    family: str
    name: str
    relation: str
    phone: str
    papers: tuple[Paper, ...]


HELPERS: Final = (
    Helper("Reyes", "María Reyes", "parent", "(510) 555-0171", (
        Paper("plan", PLAN_FORM, helper_signed=200, expires=-165, instead="guardianship papers"),
        Paper("dmhc", DMHC_FORM, helper_signed=346, expires=-19, instead="guardianship papers"),
        Paper("records", RELEASE, client_signed=None, both=False, expires=-165, instead="guardianship papers"),
    )),
    Helper("Okafor", "Bob Ortega", "advocate", "(510) 555-0142", (
        Paper("plan", PLAN_FORM, client_signed=34, helper_signed=34, expires=-331),
        Paper("dmhc", DMHC_FORM, helper_signed=6, expires=-359),
        Paper("organisation", "Agreement with Harbor Health Advocates", client_signed=48, both=False),
    )),
    Helper("Tran", "Minh Tran", "child", "(510) 555-0188", (
        Paper("plan", PLAN_FORM, client_signed=380, helper_signed=380, expires=15),
    )),
    Helper("Farrow", "Dana Whitfield", "advocate", "(510) 555-0142", (
        Paper("cdi", CDI_FORM, client_signed=10, helper_signed=9, expires=-355),
        Paper("records", RELEASE, client_signed=10, both=False, expires=-80),
    )),
    Helper("Farrow", "Owen Farrow", "spouse", "(510) 555-0193", (
        Paper("plan", PLAN_FORM, client_signed=30, helper_signed=30, expires=-335, ended=True),
    )),
    Helper("Young", "Charlie Nakamura", "advocate", "(559) 555-0177", (
        Paper("dmhc", DMHC_FORM, client_signed=20, helper_signed=20, expires=-345),
        Paper("plan", PLAN_FORM, client_signed=62, helper_signed=62, expires=-303),
    )),
)  # fmt: skip

# Family name; name, kind, phone, fax, address, in the plan's network.
PROVIDERS: Final = (
    ("Reyes", "Bayview Speech Clinic", "therapist", "(510) 555-0130", "(510) 555-0131", "4 Mole Street, Oakland, CA 94607", "no"),
    ("Okafor", "Dr. Hannah Weiss", "doctor", "(510) 555-0134", "", "", "yes"),
    ("Osei", "Dr. Ruth Amadi", "doctor", "(510) 555-0136", "(510) 555-0137", "", "yes"),
    ("Farrow", "Dr. Felix Brandt", "doctor", "(510) 555-0138", "", "", "unknown"),
    ("Haddad", "Redwood Rehabilitation Hospital", "hospital", "(707) 555-0140", "(707) 555-0141", "", "no"),
    ("Young", "Foothill Pain Clinic", "group", "(559) 555-0150", "", "", "unknown"),
)  # fmt: skip


def coverage_of(family: str, regulator: str) -> dict[str, str]:
    """Return what is known of a family's coverage beside its plan's name."""
    kind, words, certainty = OTHER_EVIDENCE.get(family, EVIDENCE[regulator])
    return {
        "regulator": regulator,
        "evidence_kind": kind,
        "evidence": words,
        "certainty": certainty,
        "delegate": DELEGATES.get(family, ""),
    }


def add_people(client: Client, *, by: User, now: datetime) -> None:
    """Write who is around this client, each by the service a person would use."""
    for helper in (each for each in HELPERS if each.family == client.family_name):
        representative = clients.add_representative(
            client=client, name=helper.name, relation=helper.relation, phone=helper.phone, email="",
            by=by.pk, now=now,
        )  # fmt: skip
        for paper in helper.papers:
            held = clients.authorise(
                representative=representative, terms=_terms(paper, now), by=by.pk, now=now
            )
            if paper.ended:
                clients.end_authorisation(authorisation=held, by=by, now=now - timedelta(days=3))
    for family, *said in PROVIDERS:
        if family == client.family_name:
            fields: Any = dict(
                zip(("name", "kind", "phone", "fax", "address", "in_network"), said, strict=True)
            )
            clients.add_provider(client=client, **fields, by=by.pk, now=now)


def _terms(paper: Paper, now: datetime) -> Terms:
    today = now.astimezone(CALIFORNIA).date()
    client, helper, last = (
        None if days is None else today - timedelta(days=days)
        for days in (paper.client_signed, paper.helper_signed, paper.expires)
    )
    return Terms(
        body=paper.body,
        form=paper.form,
        both_sign=paper.both,
        client_signed_on=client,
        representative_signed_on=helper,
        stands_instead=paper.instead,
        expires_on=last,
    )

"""Plain builders. They call the same services as the pages, so that nothing impossible is built."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from advocacy.accounts import services as accounts
from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from cases.casefile import services as casefile
from cases.casefile.models import Call, Case, Task
from cases.casefile.queries import standing_events
from cases.casefile.services import CALIFORNIA
from cases.clients import services as clients
from cases.clients.authority import Terms
from cases.clients.models import Authorisation, Client, Provider, Representative
from cases.deadlines import services as deadlines
from cases.deadlines.derivation import Clock, Fact
from cases.deadlines.models import Deadline
from cases.documents import services as documents
from cases.documents.models import Document
from cases.grievances import services as grievances
from cases.grievances.models import Grievance
from cases.imr import services as imr
from cases.imr.models import IMRFiling
from reminders import services as reminders

PASSWORD = "a long and easy sentence"


def make_organisation(*, name: str, slug: str, now: datetime, **fields: Any) -> Organisation:
    fields = {"phone": "(510) 555-0142", "postal_address": "12 Dock Street, Oakland, CA 94607"} | fields
    return Organisation.objects.create(name=name, slug=slug, created_at=now, **fields)


def make_person(*, name: str, now: datetime, **fields: Any) -> User:
    email = f"{name.split(maxsplit=1)[0].lower()}@demo.example"
    return accounts.create_person(email=email, name=name, password=PASSWORD, now=now, **fields)


def make_client(*, by: User, now: datetime, **fields: Any) -> Client:
    fields = {
        "family_name": "Reyes",
        "given_name": "Mateo",
        "email": "mateo@demo.example",
        "phone": "(510) 555-0100",
        "language": "en",
    } | fields
    return clients.create_client(**fields, by=by.pk, now=now)


def make_case(*, by: User, now: datetime, client: Client | None = None, **fields: Any) -> Case:
    """A case with a DMHC coverage, owned by who opens it."""
    client = client or make_client(by=by, now=now)
    coverage = clients.add_coverage(
        client=client,
        plan_name=fields.pop("plan_name", "Golden Bay HMO"),
        member_id=fields.pop("member_id", "GB-100200"),
        regulator=fields.pop("regulator", "dmhc"),
        evidence_kind=fields.pop("evidence_kind", "notice_phone"),
        evidence=fields.pop("evidence", "The letter names the DMHC help line."),
        certainty=fields.pop("certainty", "sure"),
        delegate=fields.pop("delegate", ""),
        by=by.pk,
        now=now,
    )
    fields = {"service": "speech therapy", "urgency": "standard", "owner": by} | fields
    return casefile.open_case(client=client, coverage=coverage, **fields, by=by.pk, now=now)


def make_representative(*, client: Client, by: User, now: datetime, **fields: Any) -> Representative:
    fields = {
        "name": "María Reyes",
        "relation": "parent",
        "phone": "(510) 555-0111",
        "email": "maria@demo.example",
    } | fields
    return clients.add_representative(client=client, **fields, by=by.pk, now=now)


def make_authorisation(
    *, client: Client, by: User, now: datetime, representative: Representative | None = None, **terms: Any
) -> Authorisation:
    """A form for the plan, signed by both ten days ago, that ends in a year."""
    signed_on = day_before(now, 10)
    terms = {
        "body": "plan",
        "form": "Appointment of a representative",
        "both_sign": True,
        "client_signed_on": signed_on,
        "representative_signed_on": signed_on,
        "expires_on": day_before(now, -355),
    } | terms
    return clients.authorise(
        representative=representative or make_representative(client=client, by=by, now=now),
        terms=Terms(**terms),
        by=by.pk,
        now=now,
    )


def make_provider(*, client: Client, by: User, now: datetime, **fields: Any) -> Provider:
    fields = {
        "name": "Dr. Ada Park",
        "kind": "doctor",
        "phone": "(510) 555-0122",
        "fax": "(510) 555-0123",
        "address": "1 Hill Street, Oakland, CA 94612",
        "in_network": "yes",
    } | fields
    return clients.add_provider(client=client, **fields, by=by.pk, now=now)


def day_before(now: datetime, days: int) -> date:
    """Return the California day so many days before now."""
    return now.astimezone(CALIFORNIA).date() - timedelta(days=days)


def make_denied_case(*, by: User, now: datetime, denied_days_ago: int = 10, **fields: Any) -> Case:
    """A case whose plan has refused."""
    reason = fields.pop("reason", "necessity")
    stated = fields.pop("reason_as_stated", "Not medically necessary.")
    case = make_case(by=by, now=now, **fields)
    on = day_before(now, denied_days_ago)
    casefile.record_denial(
        case=case, reason=reason, reason_as_stated=stated, amount=None, dated_on=on, received_on=on,
        how_received="mail", by=by, now=now,
    )  # fmt: skip
    return case


def make_filed_case(
    *, by: User, now: datetime, filed_days_ago: int = 5, **fields: Any
) -> tuple[Case, Grievance]:
    """A case whose grievance is with the plan."""
    fields.setdefault("denied_days_ago", filed_days_ago + 10)
    case = make_denied_case(by=by, now=now, **fields)
    grievance = grievances.file_grievance(
        case=case, filed_on=day_before(now, filed_days_ago), channel="fax", reference="FX-1", by=by, now=now
    )
    return case, grievance


def make_answered_case(
    *, by: User, now: datetime, answered_days_ago: int = 2, outcome: str = "upheld", **fields: Any
) -> tuple[Case, Grievance]:
    """A case whose plan has answered the grievance."""
    fields.setdefault("filed_days_ago", answered_days_ago + 20)
    case, grievance = make_filed_case(by=by, now=now, **fields)
    on = day_before(now, answered_days_ago)
    grievances.record(grievance=grievance, move="answered", on=on, outcome=outcome, by=by, now=now)
    return case, grievance


def make_imr_case(*, by: User, now: datetime, imr_days_ago: int = 1, **fields: Any) -> tuple[Case, IMRFiling]:
    """A case whose application is with the department."""
    fields.setdefault("answered_days_ago", imr_days_ago + 3)
    case, _ = make_answered_case(by=by, now=now, **fields)
    filing = imr.file_imr(
        case=case, filed_on=day_before(now, imr_days_ago), channel="web", reference="IMR-1", by=by, now=now
    )
    return case, filing


def make_document(*, case: Case, by: User, now: datetime, **fields: Any) -> Document:
    upload = SimpleUploadedFile(
        fields.get("name", "letter.txt"), fields.get("content", b"The plan said no."), "text/plain"
    )
    return documents.keep_document(
        case=case, upload=upload, title=fields.get("title", "Refusal letter"), event=None, by=by, now=now
    )


def make_call(*, case: Case, by: User, now: datetime, **fields: Any) -> Call:
    """A call of an hour ago; with `promise` and `promised_on` it makes a task."""
    said = {
        "at": now - timedelta(hours=1), "with_whom": "plan", "person": "Ms. Lane", "phone": "(800) 555-0133",
        "reference": "C-1", "said": " It is being typed. ", "promise": "", "promised_on": None,
    } | fields  # fmt: skip
    return casefile.log_call(case=case, **said, by=by, now=now)


def make_task(*, case: Case, by: User, now: datetime, **fields: Any) -> Task:
    """A task of who makes it, due tomorrow."""
    said = {"what": "Call the clinic", "due_on": day_before(now, -1), "owner": by} | fields
    return casefile.add_task(case=case, **said, by=by, now=now)


def make_handed_task(*, by: User, now: datetime, **client: Any) -> Task:
    """A task of who tells a client of a date of theirs that is six days away."""
    said = {"address": "1 Elm Street, Oakland, CA 94601", "reach": "phone"} | client
    case = make_denied_case(by=by, now=now, client=make_client(by=by, now=now, **said), denied_days_ago=174)
    reminders.plan(now=now)
    reminders.hand_out(now=now)
    return Task.objects.get(case=case)


def with_clock(*, case: Case, rule: str, on: date, now: datetime) -> Deadline:
    """Give a case a clock by a rule that its own facts do not start yet, counted from its newest fact."""
    event = standing_events(case)[-1]
    start = datetime.combine(on, time(12), CALIFORNIA)
    clock = Clock(rule, Fact(event.pk, event.kind, event.occurred_on), start)
    deadlines.bring_about(case=case, wanted=[*deadlines.clocks_of(case), clock], now=now)
    return Deadline.objects.standing().get(case=case, rule=rule)

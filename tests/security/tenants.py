"""Two full tenants, with a unique mark in every text they hold: what leaks can be found by its mark.

A mark reads `CANARY-<slug>-<part>-<what>-<number>`. The parts: `team` (the organisation and its people),
`desk` (what people at work see and is of no client yet), `hers` (the client whose case the volunteer works)
and `rest` (a client of somebody else).
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from advocacy.accounts import keys
from advocacy.accounts import services as accounts
from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, AccessKeyKind, Membership, User
from advocacy.accounts.roles import ADVOCATE, AUDITOR, OWNER, SUPERVISOR, VOLUNTEER, Permission
from advocacy.kernel.ids import new_id
from advocacy.mail import messages
from advocacy.mail import services as mail
from advocacy.mail.delivery import deliver
from advocacy.mail.models import SuppressedAddress
from advocacy.mail.transport import ViewerTransport
from advocacy.organisations.doors import DOORS
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.appeals import services as appeals
from cases.casefile import services as casefile
from cases.casefile.models import Case, Denial, Event, Task, TaskKind
from cases.clients.models import PortalAccess
from cases.deadlines import services as deadlines
from cases.deadlines.calendars import PACIFIC
from cases.deadlines.models import Deadline
from cases.documents import services as documents
from cases.grievances.models import Grievance
from cases.imr import services as imr
from cases.messages.models import Message
from reminders import digest
from reminders.delivery import ReminderQueue
from reminders.feeds import services as feeds
from reminders.models import Handover, Reminder
from reminders.services import hand_out, plan
from reminders.services.people import name_outsider
from tests.factories import (
    day_before,
    make_authorisation,
    make_client,
    make_denied_case,
    make_document,
    make_imr_case,
    make_organisation,
    make_provider,
    make_representative,
)
from tests.security.rows import add_row, empty_tables, is_of_a_client

HARBOR, SIERRA = "harbor", "sierra"
TEAM, DESK, HERS, REST = "team", "desk", "hers", "rest"
STAFF = {
    HARBOR: {"alice": OWNER, "dana": SUPERVISOR, "bob": ADVOCATE, "vera": VOLUNTEER, "adam": AUDITOR},
    SIERRA: {"charlie": ADVOCATE, "sam": VOLUNTEER},
}
# Who reads a client's file in the portal: the client of `hers`.
PORTAL_PERSON = {HARBOR: "clara", SIERRA: "chen"}
CASE_OWNERS = {HARBOR: {HERS: "vera", REST: "bob"}, SIERRA: {HERS: "sam", REST: "charlie"}}
MARK = re.compile(rb"canary-(harbor|sierra)-(team|desk|hers|rest)-", re.IGNORECASE)


def marks_in(raw: bytes) -> frozenset[tuple[str, str]]:
    """Return whose marks, as (slug, part), the bytes hold."""
    return frozenset((slug.decode().lower(), part.decode().lower()) for slug, part in MARK.findall(raw))


@dataclass
class Marks:
    """Makes the marks of one part of one tenant; no two are alike."""

    slug: str
    part: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __call__(self, what: str) -> str:
        return f"CANARY-{self.slug}-{self.part}-{what}-{next(self.numbers):04d}"

    def address(self) -> str:
        return f"{self('address').lower()}@demo.example"


@dataclass
class Tenant:
    """One organisation: its people by name, and the ids of its rows by part and by name in addresses."""

    organisation: Organisation
    people: dict[str, User]
    client_person: User | None = None
    ids: dict[str, dict[str, UUID]] = field(default_factory=dict)
    # By whose name: what a program sends that acts for them.
    secrets: dict[str, str] = field(default_factory=dict)
    # The addresses of calendars, by whose name or, of a client's, by the part.
    feeds: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.organisation.slug


class Answering(ViewerTransport):
    """The viewer's transport; the server's answer is free text, so it carries a mark."""

    def __init__(self, mark: Marks) -> None:
        super().__init__(settings.MAIL_FOLDER)
        self.mark = mark

    def send(self, message: messages.Message) -> str:
        return f"{super().send(message)} {self.mark('answer')}"


def make_tenant(slug: str, *, now: datetime) -> Tenant:
    """Build one tenant by the services that its pages use; every tenant table holds rows of both parts."""
    mark = Marks(slug, TEAM)
    organisation = make_organisation(
        name=f"{slug.title()} {mark('name')}",
        slug=slug,
        phone=mark("phone"),
        postal_address=mark("street"),
        now=now,
    )
    tenant = Tenant(organisation, {})
    for name, role in STAFF[slug].items():
        tenant.people[name] = _person(name, mark, now)
        accounts.join(user=tenant.people[name], organisation=organisation, role=role, now=now)
    tenant.client_person = _person(PORTAL_PERSON[slug], mark, now)
    for part, owner in CASE_OWNERS[slug].items():
        with scope(organisation.pk, door=Door.STAFF), transaction.atomic():
            reader = tenant.client_person if part == HERS else tenant.people[owner]
            tenant.ids[part] = _make_part(Marks(slug, part), by=tenant.people[owner], reader=reader, now=now)
    _fill_the_rest(tenant, now=now)
    with job_in(organisation.pk):
        plan(now=now)
        leader = next(iter(tenant.people.values()))
        reader = digest.Recipient(leader.pk, leader.email, leader.name, leader.zone)
        digest.write(organisation, reader, now.date(), digest.read(organisation, now=now), now=now)
    queue, transport = ReminderQueue(organisation.pk), Answering(mark)
    # At an hour when people are written to, whenever the suite runs.
    morning = now.astimezone(PACIFIC).replace(hour=10) + timedelta(days=1)
    while deliver(queue, transport=transport, now=lambda: morning).total:
        pass
    with job_in(organisation.pk):
        for part in (HERS, REST):
            _hand_over(tenant.ids[part], Marks(slug, part)("handover"), now=now)
    return tenant


def _hand_over(ids: dict[str, UUID], answer: str, *, now: datetime) -> None:
    """Ask somebody about a reminder of this part, as if nobody had taken it."""
    reminder = Reminder.objects.filter(case_id=ids["case_id"]).first()
    Handover.objects.create(
        client_id=reminder.client_id, reminder=reminder, task_id=ids["task_id"], at=now, answer=answer
    )


def _fill_the_rest(tenant: Tenant, *, now: datetime) -> None:
    """Write a row with marks into every table that is still empty but for the queue of reminders."""
    organisation, slug = tenant.organisation, tenant.slug
    key = AccessKey.objects.create(
        organisation=organisation,
        kind=AccessKeyKind.EMBED,
        secret_hash=new_id().hex,
        label=Marks(slug, DESK)("key"),
        created_at=now,
    )
    by = next(iter(tenant.people.values())).memberships.get(organisation=organisation)
    with scope(organisation.pk, door=Door.STAFF):
        invitation = accounts.invite(email=Marks(slug, TEAM).address(), role=VOLUNTEER, by=by, now=now)
        # Named in reminders, as who is told next: one of the team.
        outsider = Marks(slug, TEAM)
        contact = name_outsider(
            name=outsider("outsider"), email=outsider.address(), phone=outsider("phone"), by=by.user, now=now
        )
    # To whom nothing is sent any more.
    mail.suppress(address=contact.email, reason="5.1.1", now=now)
    dead = SuppressedAddress.objects.get(address=contact.email)
    # The last one in the list: nobody who owns the organisation, or walks by this name.
    member = Membership.objects.get(organisation=organisation, user=list(tenant.people.values())[-1])
    tenant.ids[DESK] = {
        "key_id": key.pk, "program_id": _issue_keys(tenant, now=now), "invitation_id": invitation.pk,
        "member_id": member.pk, "feed_id": _make_feeds(tenant, now=now), "contact_id": contact.pk,
        "address_id": dead.pk,
    }  # fmt: skip
    with scope(organisation.pk, door=Door.STAFF), transaction.atomic():
        for model in empty_tables():
            if Door.STAFF not in DOORS[model._meta.db_table]["INSERT"]:
                # What jobs alone may write the jobs write, below.
                continue
            for part in (HERS, REST) if is_of_a_client(model) else (DESK,):
                # What a new table holds of a client, the client has written.
                by = tenant.client_person if part == HERS else tenant.people[CASE_OWNERS[slug][REST]]
                assert by is not None
                add_row(model, Marks(slug, part), ids=tenant.ids[part], by=by, now=now)
    # An address may name a row of the desk beside one of a client.
    for part in (HERS, REST):
        tenant.ids[part] = tenant.ids[DESK] | tenant.ids[part]


def _issue_keys(tenant: Tenant, *, now: datetime) -> UUID:
    """Give each member a program's key, and return the id of the first."""
    made = []
    for name, person in tenant.people.items():
        key, tenant.secrets[name] = keys.issue(
            kind=AccessKeyKind.API, organisation=tenant.organisation, membership=person.memberships.get(),
            scope="write", label=Marks(tenant.slug, DESK)("program"), now=now, lasts=timedelta(days=90),
        )  # fmt: skip
        made.append(key.pk)
    return made[0]


def _make_feeds(tenant: Tenant, *, now: datetime) -> UUID:
    """Give each member a calendar, and each reader of a file one; return the id of the first member's."""
    made, mark = [], Marks(tenant.slug, DESK)
    for name, person in tenant.people.items():
        actor = Actor(person.memberships.get())
        reach = "team" if actor.can(Permission.CASE_ASSIGN) else "own"
        with scope(tenant.organisation.pk, door=Door.STAFF, person_id=person.pk), transaction.atomic():
            key, tenant.feeds[name] = feeds.make_feed(actor=actor, reach=reach, label=mark("feed"), now=now)
        made.append(key.pk)
    for part in (HERS, REST):
        with scope(tenant.organisation.pk, door=Door.STAFF), transaction.atomic():
            access = PortalAccess.objects.select_related("user").get(pk=tenant.ids[part]["access_id"])
            key, tenant.feeds[part] = feeds.make_client_feed(
                access=access, organisation=tenant.organisation, now=now
            )
        tenant.ids[part]["calendar_id"] = key.pk
    return made[0]


def _person(name: str, mark: Marks, now: datetime) -> User:
    return accounts.create_person(
        email=f"{name}.{mark.address()}",
        name=f"{name.title()} {mark('person')}",
        password="a long and easy sentence",
        now=now,
    )


def _say_of_dates(case: Case, mark: Marks, *, by: User, now: datetime) -> None:
    """Write what people say of dates by hand, each on a date of the case that allows it."""
    dates = {each.rule: each for each in Deadline.objects.open().filter(case=case)}
    today = day_before(now, 0)
    deadlines.waive(deadline=dates["dmhc-imr-implement-5wd"], reason=mark("waived"), by=by, now=now)
    answer = dates["dmhc-complaint-plan-response-5d"]
    deadlines.meet(deadline=answer, on=today, words=mark("met"), by=by, now=now)
    longer = deadlines.extend_time(
        deadline=dates["dmhc-complaint-decision-30d"], on=today, to=day_before(now, -60),
        reason=mark("extended"), by=by, now=now,
    )  # fmt: skip
    deadlines.set_own_date(deadline=longer, on=day_before(now, -20), reason=mark("own"), by=by, now=now)


def _make_part(mark: Marks, *, by: User, reader: User, now: datetime) -> dict[str, UUID]:
    """Build one client with everything there is about them; `reader` has the portal's access."""
    client = make_client(
        by=by,
        now=now,
        family_name=mark("family"),
        given_name=mark("given"),
        email=mark.address(),
        phone=mark("phone"),
        address=mark("home"),
        safe_words=mark("safe"),
        # A call is a task of somebody, and the task a page.
        reach="phone",
        may_leave_voicemail=True,
    )
    case, filing = make_imr_case(
        by=by,
        now=now,
        client=client,
        imr_days_ago=3,
        plan_name=mark("plan"),
        member_id=mark("member"),
        evidence=mark("evidence"),
        delegate=mark("delegate"),
        service=mark("service"),
        reason_as_stated=mark("reason"),
    )
    filing.reference = mark("review")
    filing.save()
    imr.record(move="decided", filing=filing, on=day_before(now, 1), outcome="overturned", by=by, now=now)
    grievance = Grievance.objects.get(case=case)
    grievance.reference = mark("grievance")
    grievance.save()
    appeal = appeals.file_complaint(
        case=case, filed_on=day_before(now, 1), channel="web", reference=mark("complaint"), by=by, now=now
    )
    denied = Event.objects.get(case=case, kind="denied")
    event = casefile.correct_event(
        event=denied, occurred_on=day_before(now, 35), reason=mark("correction"), by=by, now=now
    )
    # Its last days have come: it stands on Today, and its reminders are due.
    soon = make_denied_case(by=by, now=now, client=client, denied_days_ago=175, service=mark("service"))
    _say_of_dates(case, mark, by=by, now=now)
    casefile.write_note(case=case, text=mark("note"), by=by, now=now)
    call = casefile.log_call(
        case=case, at=now, with_whom="plan", person=mark("person"), phone=mark("phone"),
        reference=mark("call"), said=mark("said"), promise=mark("promise"), promised_on=day_before(now, -1),
        by=by, now=now,
    )  # fmt: skip
    dropped = casefile.add_task(
        case=case, what=mark("task"), due_on=day_before(now, 0), owner=by, by=by, now=now
    )
    casefile.drop_task(task=dropped, reason=mark("dropped"), by=by, now=now)
    document = make_document(
        case=case,
        by=by,
        now=now,
        title=mark("title"),
        name=f"{mark('file')}.txt",
        content=mark("content").encode(),
    )
    documents.sort_document(document=document, kind="refusal_letter", by=by, now=now)
    helper = make_representative(
        client=client, by=by, now=now, name=mark("helper"), phone=mark("helper-phone"), email=mark.address()
    )
    form = make_authorisation(
        client=client, by=by, now=now, representative=helper, form=mark("form"), client_signed_on=None,
        stands_instead=mark("instead"),
    )  # fmt: skip
    provider = make_provider(
        client=client, by=by, now=now, name=mark("provider"), phone=mark("provider-phone"),
        fax=mark("fax"), address=mark("street"),
    )  # fmt: skip
    access = PortalAccess.objects.create(
        client=client, user=reader, granted_at=now, granted_by=by, accepted_at=now
    )
    Message.objects.create(
        client=client, case=case, text=mark("message"), from_client=True, written_at=now, written_by=reader
    )
    # Seen: nobody outside is asked, in whose mail their own name would stand.
    for each in Deadline.objects.open().filter(case=soon):
        deadlines.mark_seen(deadline=each, by=by, now=now)
    with scope(client.organisation_id, door=Door.JOB):
        plan(now=now)
        hand_out(now=now)
    deadline = Deadline.objects.open().filter(case=case).order_by("act_at").first()
    assert deadline is not None, "a case with no open date proves nothing about dates"
    return {
        "client_id": client.pk,
        "coverage_id": case.coverage_id,
        "case_id": case.pk,
        "event_id": event.pk,
        "denial_id": Denial.objects.get(case=case).pk,
        "document_id": document.pk,
        "task_id": Task.objects.get(call=call).pk,
        "deadline_id": deadline.pk,
        "grievance_id": grievance.pk,
        "filing_id": filing.pk,
        "appeal_id": appeal.pk,
        "access_id": access.pk,
        "representative_id": helper.pk,
        "authorisation_id": form.pk,
        "provider_id": provider.pk,
        "handed_id": Task.objects.get(case=soon, kind=TaskKind.CALL).pk,
    }

"""What is asked of an organisation: its policies, its people, who is away; and what a member may change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, JSONObject
from django.db.models.lookups import IsNull

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ROLES, Permission
from advocacy.kernel import clock
from advocacy.kernel.reads import together
from advocacy.organisations import scope
from advocacy.organisations.models import Organisation
from cases.casefile.queries import visible_to
from cases.clients.models import Client
from reminders.models import (
    Absence,
    EmergencyContact,
    Handover,
    Nudge,
    Reminder,
    ReminderHours,
    ReminderPolicy,
    StandIn,
)
from reminders.policy import DEFAULT, Family, Policy
from reminders.preview import Line, alone, example_day, example_owner, preview, workers
from reminders.roster import Person, Roster

_TO_COVER: Final = {Permission.CASE_READ_ALL, Permission.CASE_WRITE}
# The roles that may be told of every case; and those that may also say "I have seen it".
SEEING: Final = tuple(key for key, role in ROLES.items() if Permission.CASE_READ_ALL in role.permissions)
COVERING: Final = frozenset(key for key, role in ROLES.items() if role.permissions >= _TO_COVER)


def hours() -> Policy:
    """Return the hours at which the organisation in scope writes; the rest of it is the default."""
    return _hours(ReminderHours.objects.all())


def _hours(rows: Iterable[ReminderHours]) -> Policy:
    row = next(iter(rows), DEFAULT)
    return Policy(send_at=row.send_at, quiet_from=row.quiet_from, quiet_until=row.quiet_until)


def policies() -> Mapping[Family, Policy]:
    """Return the policy of each family of the organisation in scope, with its hours."""
    return _policies(ReminderPolicy.objects.all(), ReminderHours.objects.all())


def _policies(chosen: Iterable[ReminderPolicy], hours: Iterable[ReminderHours]) -> Mapping[Family, Policy]:
    rows, times = {row.family: row for row in chosen}, _hours(hours)
    return {family: _policy(rows.get(family.name.lower()), times) for family in Family}


def _policy(row: ReminderPolicy | None, times: Policy) -> Policy:
    if row is None:
        return times
    return replace(
        times,
        ours_days=tuple(row.ours_days),
        ours_hours=tuple(row.ours_hours),
        theirs_every_days=row.theirs_every_days,
        also=tuple(row.also),
        client_days=tuple(row.client_days),
        escalate_days=row.escalate_days,
    )


def with_who_is_asked(reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """Give each that did not arrive, as `asked`, the name of who is to tell them, until that is done."""
    open_task = Handover.objects.filter(reminder=OuterRef("pk"), task__done_at=None, task__dropped_at=None)
    return reminders.annotate(asked=Subquery(open_task.values("task__owner__name")[:1]))


def roster(now: datetime) -> Roster:
    """Return the people of the organisation in scope, as they are now."""
    return roster_of(with_people(now).get())


def with_people(now: datetime) -> QuerySet[Any]:
    """Return the organisation in scope, one row, with what `roster_of` reads of it: one statement."""
    live = Membership.objects.live().filter(organisation_id=scope.current_organisation_id())
    contacts = EmergencyContact.objects.filter(Q(member=None) | Q(member__in=live), ended_at=None)
    return Organisation.objects.filter(pk=scope.current_organisation_id()).annotate(
        members=_listed(
            live.order_by("joined_at", "pk"),
            id="user_id", name="user__name", zone="user__zone", email="user__email", role="role",
        ),
        absent=_listed(away(now), user="user_id", cover="cover_id", last_day="last_day"),
        stand_ins=_listed(StandIn.objects.all(), user="user_id", stands_in="stands_in_id"),
        # Other addresses of members first, then people outside; not those of somebody who left.
        contacts=_listed(
            contacts.order_by(IsNull(F("member"), True), "made_at", "pk"),
            id="pk", name="name", email="email", of="member__user_id",
        ),
    )  # fmt: skip


def _listed(rows: QuerySet[Any], **fields: str) -> ArraySubquery:
    return ArraySubquery(rows.values(found=JSONObject(**fields)))


def away(now: datetime) -> QuerySet[Absence]:
    """Return the absences of now: both days are those of the member's own zone."""
    there = Func(F("user__zone"), Value(now), function="timezone", output_field=DateTimeField())
    today = Absence.objects.annotate(today=Cast(there, DateField()))
    return today.filter(ended_at=None, first_day__lte=F("today"), last_day__gte=F("today"))


def roster_of(row: Any) -> Roster:
    """Return the roster that a row of `with_people` makes."""
    return Roster(
        members=[_member(each, row.zone) for each in row.members],
        away={UUID(each["user"]): UUID(each["cover"]) if each["cover"] else None for each in row.absent},
        stand_ins={UUID(each["user"]): UUID(each["stands_in"]) for each in row.stand_ins},
        contacts=[_contact(each, row.zone) for each in row.contacts],
    )


def _member(found: dict[str, Any], zone: str) -> Person:
    there = clock.known_zone(found["zone"], otherwise=zone)
    return Person(**found | {"id": UUID(found["id"]), "zone": there})


def _contact(found: dict[str, Any], zone: str) -> Person:
    of = UUID(found["of"]) if found["of"] else None
    name = f"{found['name']} (other address)" if of else f"{found['name']} (outside)"
    return Person(UUID(found["id"]), name, zone, found["email"], is_contact=True, of=of)


@dataclass(frozen=True)
class OwnNudge:
    """One reminder of the actor's own, with the name of its client."""

    id: UUID
    on: date
    words: str
    case_id: UUID
    number: str
    client_id: UUID
    name: str


def own_nudges(rows: QuerySet[Nudge]) -> ArraySubquery:
    """Return these rows as a column of another statement, for `nudges_in`."""
    return _listed(
        rows.order_by("on", "made_at"),
        id="pk", on="on", words="words", case_id="case_id", number="case__number", client_id="client_id",
        family_name="client__family_name", given_name="client__given_name",
    )  # fmt: skip


def nudges_in(column: list[dict[str, Any]]) -> list[OwnNudge]:
    """Read the column that `own_nudges` makes."""
    return [
        OwnNudge(
            id=UUID(each["id"]),
            on=date.fromisoformat(each["on"]),
            words=each["words"],
            case_id=UUID(each["case_id"]),
            number=each["number"],
            client_id=UUID(each["client_id"]),
            name=Client(family_name=each["family_name"], given_name=each["given_name"]).listed_name,
        )
        for each in column
    ]


def covered_by(person: User, now: datetime) -> QuerySet[Absence, Any]:
    """Return the ids of the members for whom this person covers now, by an absence or as stand-in."""
    absences = away(now).filter(
        Q(cover=person) | Q(cover=None, user__in=StandIn.objects.filter(stands_in=person).values("user"))
    )
    return absences.values("user")


def may_cover(actor: Actor) -> list[User]:
    """Return who may cover for others here, by name: who sees every date, and works cases."""
    live = Membership.objects.live().filter(organisation=actor.organisation, role__in=COVERING)
    return list(User.objects.filter(pk__in=live.values("user_id")).order_by("name"))


def absence_for(actor: Actor, *, absence_id: UUID) -> Absence:
    """Load one absence that the actor may end: their own, and for who leads anybody's.

    Raises: Absence.DoesNotExist.
    """
    found = Absence.objects.select_related("user")
    return _own_or_led(actor, found, user=actor.user).get(pk=absence_id)


def contact_for(actor: Actor, *, contact_id: UUID) -> EmergencyContact:
    """Load one address that the actor may take off: another of their own, and for who leads any.

    Raises: EmergencyContact.DoesNotExist.
    """
    return _own_or_led(actor, EmergencyContact.objects.all(), member=actor.membership).get(pk=contact_id)


def member_for(actor: Actor, *, member_id: UUID) -> Membership:
    """Load one member whose stand-in the actor may name: themself, and for who leads anybody.

    Raises: Membership.DoesNotExist.
    """
    live = Membership.objects.live().filter(organisation=actor.organisation).select_related("user")
    return _own_or_led(actor, live, user=actor.user).get(pk=member_id)


def nudge_for(actor: Actor, *, nudge_id: UUID) -> Nudge:
    """Load one reminder that the actor set for themself, of a case that they see.

    Raises: Nudge.DoesNotExist.
    """
    return nudges_of(actor).get(pk=nudge_id)


def nudges_of(actor: Actor) -> QuerySet[Nudge]:
    """Return the actor's own reminders that are not done, of cases that they see."""
    return Nudge.objects.filter(user_id=actor.id, done_at=None, case__in=visible_to(actor))


def _own_or_led(actor: Actor, rows: QuerySet[Any], **own: object) -> QuerySet[Any]:
    return rows if actor.can(Permission.REMIND) else rows.filter(**own)


@dataclass(frozen=True)
class AwayRow:
    """One absence, now or to come; `left` where who should cover has left."""

    absence: Absence
    cover: str
    left: bool
    is_now: bool
    may_end: bool


@dataclass(frozen=True)
class AnswerRow:
    """Who is asked, rung by rung, while one member does not answer; `left` is a stand-in who has left."""

    member: Membership
    ladder: list[str]
    stand_in: str
    left: str
    may_name: bool


@dataclass(frozen=True)
class ContactRow:
    """One address that is asked last; it is shown to whose it is, and to who leads."""

    contact: EmergencyContact
    is_shown: bool
    may_end: bool


@dataclass(frozen=True)
class CoverPage:
    away: list[AwayRow]
    answers: list[AnswerRow]
    contacts: list[ContactRow]
    alone: list[str]
    may_lead: bool


def cover_page(actor: Actor, now: datetime) -> CoverPage:
    """Return who is away, who covers, and who is asked when somebody does not answer."""
    to_come = Absence.objects.filter(ended_at=None, last_day__gte=clock.day(now, actor.organisation.zone))
    [row], members, stand_ins, contacts, absences = together(
        with_people(now),
        Membership.objects.live().filter(organisation=actor.organisation).select_related("user"),
        StandIn.objects.select_related("stands_in"),
        EmergencyContact.objects.filter(ended_at=None).select_related("made_by").order_by("made_at", "pk"),
        to_come.select_related("user", "cover").order_by("first_day", "made_at"),
    )
    people = roster_of(row)
    named = {each.user_id: each.stands_in for each in stand_ins}
    by_user = {each.user_id: each for each in members}
    leads = actor.can(Permission.REMIND)
    return CoverPage(
        away=[_away_row(actor, each, people, now) for each in absences],
        answers=[
            _answer_row(actor, by_user[each.id], people, named.get(each.id)) for each in workers(people)
        ],
        contacts=[_contact_row(actor, each, leads=leads) for each in contacts],
        alone=[each.name for each in alone(people)],
        may_lead=leads,
    )


def _away_row(actor: Actor, absence: Absence, people: Roster, now: datetime) -> AwayRow:
    here = {each.id: each.name for each in people.members}
    stand_in = people.stand_ins.get(absence.user_id)
    cover = absence.cover_id or stand_in
    is_now = absence.first_day <= clock.day(now, absence.user.zone)
    if cover in here:
        words = here[cover] + ("" if absence.cover_id else " (stand-in)")
    else:
        words = absence.cover.name if absence.cover else ""
    may_end = actor.can(Permission.REMIND) or absence.user_id == actor.id
    return AwayRow(absence, words, cover is not None and cover not in here, is_now, may_end)


def _answer_row(actor: Actor, member: Membership, people: Roster, stand_in: User | None) -> AnswerRow:
    here = {each.id for each in people.members}
    name = stand_in.name if stand_in else ""
    return AnswerRow(
        member=member,
        ladder=[" and ".join(each.name for each in rung) for rung in people.ladder(member.user_id)],
        stand_in=name if stand_in and stand_in.pk in here else "",
        left=name if stand_in and stand_in.pk not in here else "",
        may_name=actor.can(Permission.REMIND) or member.user_id == actor.id,
    )


def _contact_row(actor: Actor, contact: EmergencyContact, *, leads: bool) -> ContactRow:
    own = contact.member_id == actor.membership.pk
    return ContactRow(contact, leads or own, leads or own)


@dataclass(frozen=True)
class FamilyExample:
    """One family of dates: its policy, what it means in an example, and whether anything was chosen."""

    family: Family
    slug: str
    policy: Policy
    lines: list[Line]
    same_as: str
    changed: ReminderPolicy | None

    @property
    def is_chosen(self) -> bool:
        """True where what holds is not what everybody has who chose nothing; hours are not looked at."""
        return self.changed is not None and _policy(self.changed, DEFAULT) != DEFAULT


@dataclass(frozen=True)
class PoliciesPage:
    families: list[FamilyExample]
    hours: Policy
    day: date
    owner: Person | None
    alone: list[str]


def policies_page(actor: Actor, now: datetime) -> PoliciesPage:
    """Return the policy of each family with its example, computed as the planner computes."""
    zone = actor.organisation.zone
    [row], chosen, times = together(
        with_people(now), ReminderPolicy.objects.select_related("changed_by"), ReminderHours.objects.all()
    )
    people, by_family = roster_of(row), _policies(chosen, times)
    today = clock.day(now, zone)
    owner, day = example_owner(people), example_day(today, by_family.values())
    changed = {row.family: row for row in chosen}
    first: dict[Policy, str] = {}
    for family, policy in by_family.items():
        first.setdefault(policy, family.value)
    return PoliciesPage(
        families=[
            FamilyExample(
                family=family,
                slug=family.name.lower(),
                policy=policy,
                lines=preview(policy, people, owner, day=day, today=today) if owner else [],
                same_as="" if first[policy] == family.value else first[policy],
                changed=changed.get(family.name.lower()),
            )
            for family, policy in by_family.items()
        ],
        hours=by_family[Family.OTHER],
        day=day,
        owner=owner,
        alone=[each.name for each in alone(people)],
    )

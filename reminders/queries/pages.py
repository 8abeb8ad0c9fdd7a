"""The pages of cover and of policies, as their templates take them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.reads import together
from advocacy.mail.models import SuppressedAddress
from reminders.models import (
    Absence,
    EmergencyContact,
    ReminderHours,
    ReminderPolicy,
    StandIn,
)
from reminders.policy import DEFAULT, Family, Policy
from reminders.preview import Line, alone, example_day, example_owner, preview, workers
from reminders.queries.own import dead_addresses
from reminders.queries.people import policies_of, policy_of, roster_of, with_people
from reminders.roster import Person, Roster


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
class DeadRow:
    """One address to which nothing is sent, for it took no mail; `name` is whose it is.

    `since` is never before they were one of us: what came back to them elsewhere is nobody's to know here.
    """

    id: UUID
    name: str
    address: str
    since: datetime


@dataclass(frozen=True)
class CoverPage:
    dead: list[DeadRow]
    away: list[AwayRow]
    answers: list[AnswerRow]
    contacts: list[ContactRow]
    alone: list[str]
    may_lead: bool


def cover_page(actor: Actor, now: datetime) -> CoverPage:
    """Return who is away, who covers, and who is asked when somebody does not answer."""
    to_come = Absence.objects.filter(ended_at=None, last_day__gte=clock.day(now, actor.organisation.zone))
    [row], members, stand_ins, contacts, absences, dead = together(
        with_people(now),
        Membership.objects.live().filter(organisation=actor.organisation).select_related("user"),
        StandIn.objects.select_related("stands_in"),
        EmergencyContact.objects.filter(ended_at=None).select_related("made_by").order_by("made_at", "pk"),
        to_come.select_related("user", "cover").order_by("first_day", "made_at"),
        dead_addresses(actor),
    )
    people = roster_of(row)
    named = {each.user_id: each.stands_in for each in stand_ins}
    by_user = {each.user_id: each for each in members}
    leads = actor.can(Permission.REMIND)
    # One address may be of several: of a member, and of somebody who is asked last.
    whose = {each.email.lower(): (each.name, each.made_at) for each in contacts}
    whose |= {each.user.email.lower(): (each.user.name, each.joined_at) for each in members}
    return CoverPage(
        dead=[_dead_row(each, *whose[each.address]) for each in dead],
        away=[_away_row(actor, each, people, now) for each in absences],
        answers=[
            _answer_row(actor, by_user[each.id], people, named.get(each.id)) for each in workers(people)
        ],
        contacts=[_contact_row(actor, each, leads=leads) for each in contacts],
        alone=[each.name for each in alone(people)],
        may_lead=leads,
    )


def _dead_row(dead: SuppressedAddress, name: str, ours_since: datetime) -> DeadRow:
    return DeadRow(dead.pk, name, dead.address, max(dead.since, ours_since))


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
        return self.changed is not None and policy_of(self.changed, DEFAULT) != DEFAULT


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
    people, by_family = roster_of(row), policies_of(chosen, times)
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

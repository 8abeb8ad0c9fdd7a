"""The policies, the people, and who is away: what the planner and the sender go by."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, JSONObject
from django.db.models.lookups import IsNull

from advocacy.accounts.models import Membership
from advocacy.accounts.roles import ROLES, Permission
from advocacy.kernel import clock
from advocacy.organisations import scope
from advocacy.organisations.models import Organisation
from reminders.models import (
    Absence,
    EmergencyContact,
    Handover,
    Reminder,
    ReminderHours,
    ReminderPolicy,
    StandIn,
)
from reminders.policy import DEFAULT, Family, Policy
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
    return policies_of(ReminderPolicy.objects.all(), ReminderHours.objects.all())


def policies_of(chosen: Iterable[ReminderPolicy], hours: Iterable[ReminderHours]) -> Mapping[Family, Policy]:
    rows, times = {row.family: row for row in chosen}, _hours(hours)
    return {family: policy_of(rows.get(family.name.lower()), times) for family in Family}


def policy_of(row: ReminderPolicy | None, times: Policy) -> Policy:
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
        members=listed(
            live.order_by("joined_at", "pk"),
            id="user_id", name="user__name", zone="user__zone", email="user__email", role="role",
        ),
        absent=listed(away(now), user="user_id", cover="cover_id", last_day="last_day"),
        stand_ins=listed(StandIn.objects.all(), user="user_id", stands_in="stands_in_id"),
        # Other addresses of members first, then people outside; not those of somebody who left.
        contacts=listed(
            contacts.order_by(IsNull(F("member"), True), "made_at", "pk"),
            id="pk", name="name", email="email", of="member__user_id",
        ),
    )  # fmt: skip


def listed(rows: QuerySet[Any], **fields: str) -> ArraySubquery:
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

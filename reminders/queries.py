"""What the planner and the sender ask of an organisation: its policies, its people, and who is away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership
from advocacy.kernel import clock
from advocacy.organisations import scope
from advocacy.organisations.services import current
from cases.casefile.models import Task
from cases.casefile.queries import task_for
from reminders.models import (
    Absence,
    EmergencyContact,
    Handover,
    Reminder,
    ReminderHours,
    ReminderPolicy,
    StandIn,
    State,
)
from reminders.policy import DEFAULT, Family, Policy
from reminders.roster import Person, Roster


def hours() -> Policy:
    """Return the hours at which the organisation in scope writes; the rest of it is the default."""
    row = ReminderHours.objects.first() or DEFAULT
    return Policy(send_at=row.send_at, quiet_from=row.quiet_from, quiet_until=row.quiet_until)


def policies() -> Mapping[Family, Policy]:
    """Return the policy of each family of the organisation in scope, with its hours."""
    chosen, times = {row.family: row for row in ReminderPolicy.objects.all()}, hours()
    return {family: _policy(chosen.get(family.name.lower()), times) for family in Family}


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
    zone = current().zone
    live = Membership.objects.live().filter(organisation_id=scope.current_organisation_id())
    members = [
        Person(
            each.user_id,
            each.user.name,
            clock.known_zone(each.user.zone, otherwise=zone),
            each.user.email,
            each.role,
        )
        for each in live.select_related("user").order_by("joined_at", "pk")
    ]
    zones = {person.id: person.zone for person in members}
    absences = Absence.objects.filter(ended_at=None, last_day__gte=clock.day(now, "Etc/GMT+12"))
    away = {
        each.user_id: each.cover_id
        for each in absences
        if each.first_day <= clock.day(now, zones.get(each.user_id, zone)) <= each.last_day
    }
    return Roster(
        members=members,
        away=away,
        stand_ins=dict(StandIn.objects.values_list("user_id", "stands_in_id")),
        contacts=_contacts({each.pk for each in live}, zone),
    )


def handed_task_for(actor: Actor, *, handed_id: UUID) -> Task:
    """Load a task of a visible case that a reminder to its client was handed as.

    Raises: Task.DoesNotExist.
    """
    task = task_for(actor, task_id=handed_id)
    if not handed_as(task).exists():
        raise Task.DoesNotExist
    return task


def handed_as(task: Task) -> QuerySet[Reminder]:
    """Return the reminders that a person does by this task."""
    found: QuerySet[Reminder] = Reminder.objects.filter(task=task, state=State.HANDED)
    return found.select_related("deadline", "client", "organisation").order_by("deadline__act_at")


def _contacts(live: set[object], zone: str) -> list[Person]:
    """Other addresses of members first, then people outside; not those of somebody who left."""
    rows = EmergencyContact.objects.filter(ended_at=None).order_by("made_at", "pk")
    wanted = [row for row in rows if row.member_id is None or row.member_id in live]
    wanted.sort(key=lambda row: row.member_id is None)
    return [Person(row.pk, row.name, zone, row.email, is_contact=True) for row in wanted]

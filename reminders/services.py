"""Make the unsent reminders equal the wanted ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Greatest

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import OWNER, SUPERVISOR
from advocacy.kernel import clock
from advocacy.organisations import scope
from advocacy.organisations.services import beat
from cases.deadlines.models import Deadline, pacific_day
from cases.deadlines.models import State as DeadlineState
from reminders.models import Reminder, State
from reminders.planning import Step, steps


@dataclass(frozen=True)
class Wanted:
    """One reminder that should exist: the unique key, and when it leaves."""

    deadline: Deadline
    recipient: User
    step: Step

    @property
    def key(self) -> tuple[UUID, str, date, UUID]:
        return self.deadline.pk, self.step.name, self.step.on, self.recipient.pk


def plan(*, now: datetime) -> int:
    """Plan the organisation in scope; return how many reminders are new.

    Any number of planners may run, late or early: the unique key makes the second one harmless.
    """
    wanted = {each.key: each for each in _wanted(_open_deadlines(), now)}
    rows = Reminder.objects.filter(Q(deadline__state=DeadlineState.OPEN) | Q(state=State.PLANNED))
    present = {(row.deadline_id, row.step, row.step_on, row.recipient_id): row for row in rows}
    _withdraw([row.pk for key, row in present.items() if key not in wanted], now)
    _restore([row.pk for key, row in present.items() if key in wanted])
    _move([(row, wanted[key].step.send_at) for key, row in present.items() if key in wanted], now)
    new = Reminder.objects.bulk_create(
        (_row(each, now) for key, each in wanted.items() if key not in present), ignore_conflicts=True
    )
    _collapse(now)
    _count(now)
    return len(new)


def _open_deadlines() -> Iterable[Deadline]:
    deadlines: Iterable[Deadline] = (
        # In one order: two planners that insert the same rows wait for each other, and never in a ring.
        Deadline.objects.open().filter(case__closed_at=None).select_related("case__owner").order_by("pk")
    )
    return deadlines


def _wanted(deadlines: Iterable[Deadline], now: datetime) -> Iterator[Wanted]:
    members = list(
        Membership.objects.live()
        .filter(organisation_id=scope.current_organisation_id())
        .select_related("user")
    )
    live = {member.user_id for member in members}
    stand_ins = _stand_ins(members)
    known_steps = cache(steps)
    for deadline in deadlines:
        owner = deadline.case.owner
        for recipient in [owner] if owner.pk in live else stand_ins:
            for step in known_steps(
                direction=deadline.direction,
                act_on=deadline.act_on,
                late_after_on=pacific_day(deadline.late_after_at) if deadline.late_after_at else None,
                opens_on=deadline.opens_on,
                seen=deadline.seen_at is not None,
                today=clock.day(now, recipient.zone),
                zone=recipient.zone,
            ):
                yield Wanted(deadline, recipient, step)


def _stand_ins(members: list[Membership]) -> list[User]:
    """Who is told of a case whose owner has left: the owners, else the supervisors, else everybody."""
    for role in (OWNER, SUPERVISOR):
        found = [member.user for member in members if member.role == role.key]
        if found:
            return found
    return [member.user for member in members]


def _row(wanted: Wanted, now: datetime) -> Reminder:
    return Reminder(
        client_id=wanted.deadline.client_id,
        case_id=wanted.deadline.case_id,
        deadline=wanted.deadline,
        step=wanted.step.name,
        step_on=wanted.step.on,
        recipient=wanted.recipient,
        send_at=wanted.step.send_at,
        created_at=now,
    )


def _free(now: datetime) -> Q:
    # A leased row is between claim and mark: the sender re-checks it, so nobody else may touch it.
    return Q(lease_until=None) | Q(lease_until__lte=now)


def _withdraw(ids: list[UUID], now: datetime) -> None:
    Reminder.objects.planned().filter(_free(now), pk__in=ids).update(state=State.WITHDRAWN)


def _restore(ids: list[UUID]) -> None:
    """A fact that was corrected back wants its unsent reminders again."""
    Reminder.objects.filter(pk__in=ids, state=State.WITHDRAWN).update(state=State.PLANNED)


def _move(rows: Iterable[tuple[Reminder, datetime]], now: datetime) -> None:
    """Bring unsent rows to the hour that their recipient's zone gives today."""
    for row, send_at in rows:
        if row.state == State.PLANNED and row.send_at != send_at:
            Reminder.objects.planned().filter(_free(now), pk=row.pk).update(send_at=send_at)


def _collapse(now: datetime) -> None:
    """Of several due steps of one deadline to one person only the newest goes, with today's days left."""
    newer = Reminder.objects.planned().filter(
        deadline=OuterRef("deadline"), recipient=OuterRef("recipient"), send_at__lte=now
    )
    newer = newer.filter(Q(send_at__gt=OuterRef("send_at")))
    due = Reminder.objects.planned().filter(_free(now), send_at__lte=now)
    due.filter(Exists(newer)).update(state=State.COLLAPSED)


def _count(now: datetime) -> None:
    """Write what waits, as numbers, where the health page can read it without a scope."""
    due = Reminder.objects.planned().filter(send_at__lte=now)
    # A catch-up is due since it was planned, not since the day its step stands for.
    oldest = due.aggregate(at=Min(Greatest("send_at", "created_at")))["at"]
    beat(
        part="planner",
        organisation_id=scope.current_organisation_id(),
        at=now,
        waiting=due.count(),
        parked=Reminder.objects.filter(state=State.PARKED).count(),
        oldest_due_at=oldest,
    )

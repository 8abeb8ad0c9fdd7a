"""The last look at what is about to be sent: by the rules that planned it, with this moment's facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from advocacy.kernel import clock
from cases.deadlines.models import State as DeadlineState
from reminders.models import Reminder, State
from reminders.planning import CLIENT, ORDINARY, shape_of, steps
from reminders.policy import Family, Policy, family_of
from reminders.roster import Roster

# What the look and the mail read of a reminder.
TOLD = ("deadline", "nudge", "case__owner", "recipient", "contact", "client", "organisation")


def still_wanted(
    rows: Sequence[Reminder], *, roster: Roster, policies: Mapping[Family, Policy], now: datetime
) -> list[Reminder]:
    """Return the rows that still hold; the others are withdrawn, or told in a later one, for good."""
    unwanted = [row for row in rows if not is_wanted(row, roster, policies, now)]
    kept = [row for row in rows if row not in unwanted]
    newer = _newest(kept, now)
    late = [row for row in kept if newer.get((row.deadline_id, row.told_id), row.step_at) > row.step_at]
    for state, gone in ((State.WITHDRAWN, unwanted), (State.COLLAPSED, late)):
        if gone:
            pks = [row.pk for row in gone]
            Reminder.objects.planned().filter(pk__in=pks).update(state=state, lease_until=None)
    return [row for row in kept if row not in late]


def _newest(rows: Sequence[Reminder], now: datetime) -> dict[tuple[object, object], datetime]:
    """When the newest due step of each date is: a sender may wake before the planner does."""
    # All of the date's rows, and not through what is due: that may be thousands.
    found = Reminder.objects.filter(
        deadline__in=[row.deadline_id for row in rows if row.deadline_id],
        told_id__in={row.told_id for row in rows},
        channel__in={row.channel for row in rows},
    )
    newest: dict[tuple[object, object], datetime] = {}
    columns = ("deadline_id", "told_id", "step_at", "send_at", "state")
    for deadline_id, told_id, step_at, send_at, state in found.values_list(*columns):
        if state == State.PLANNED and send_at <= now:
            key = (deadline_id, told_id)
            newest[key] = max(newest.get(key, step_at), step_at)
    return newest


def is_wanted(row: Reminder, roster: Roster, policies: Mapping[Family, Policy], now: datetime) -> bool:
    """Tell whether the rules would plan this row at this moment."""
    if row.nudge is not None:
        return row.nudge.done_at is None and any(each.id == row.recipient_id for each in roster.members)
    deadline = row.deadline
    if deadline is None or deadline.state != DeadlineState.OPEN or row.case.closed_at is not None:
        return False
    policy = policies[family_of(deadline.rule)]
    zone = row.zone
    found = steps(shape_of(deadline), policy, today=clock.day(now, zone), zone=zone)
    spoken_of = any((step.name, step.on) == (row.step, row.step_on) for step in found)
    return spoken_of and _is_told(row, roster, policy)


def _is_told(row: Reminder, roster: Roster, policy: Policy) -> bool:
    if row.rung == CLIENT:
        return row.client.way == row.channel and roster.has(row.case.owner_id)
    owner = row.case.owner_id
    if row.rung == ORDINARY:
        told = roster.told(owner, policy.also)
    else:
        told = next(iter(roster.ladder(owner, policy.also)[row.rung - 1 : row.rung]), [])
    return any(each.id == row.told_id for each in told)

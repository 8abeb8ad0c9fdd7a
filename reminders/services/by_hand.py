"""Clients who are told by a call, a letter, or by nobody but who works the case: the reminder is a task."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import Truncator

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from advocacy.organisations import scope
from cases.casefile import services as casefile
from cases.casefile.models import Case, Task, TaskKind
from cases.clients.models import Client
from cases.clients.reach import Reach
from reminders import queries
from reminders.models import Channel, Reminder, State
from reminders.roster import Roster
from reminders.services.planner import take_turn
from reminders.services.rechecking import TOLD, is_wanted, still_wanted

KINDS: Final = {
    Channel.CALL: TaskKind.CALL,
    Channel.LETTER: TaskKind.LETTER,
    Channel.ADVOCATE: TaskKind.REACH,
}
NOT_NEEDED = "By itself: the date is met or has changed, or the client chose another way"
# A task's words are 240 long; the longest names are longer.
NAME_AT_MOST = 120


@transaction.atomic
def hand_out(*, now: datetime) -> int:
    """Give what is due and is no mail to a person of the organisation in scope; return how many are new.

    One open task for a case and a way: what comes due while it is open joins it. A task whose dates no
    longer stand, or whose client chose another way, is taken back. Any number may run: they take turns.
    """
    due = Reminder.objects.planned().filter(send_at__lte=now).exclude(channel=Channel.EMAIL)
    if not (_handed().exists() or due.exists()):
        return 0
    take_turn(scope.current_organisation_id())
    roster, policies = queries.roster(now), queries.policies()
    for task, rows in _by_task():
        gone = [row.pk for row in rows if not is_wanted(row, roster, policies, now)]
        Reminder.objects.filter(pk__in=gone).update(state=State.WITHDRAWN)
        if len(gone) == len(rows):
            casefile.take_back(task=task, reason=NOT_NEEDED, now=now)
    found = list(due.select_related(*TOLD).order_by("case_id", "channel", "pk"))
    wanted = still_wanted(found, roster=roster, policies=policies, now=now) if found else []
    each_way = groupby(wanted, key=lambda row: (row.case_id, row.channel))
    return sum(_hand(list(rows), roster, now) for _, rows in each_way)


def _handed() -> QuerySet[Reminder]:
    return Reminder.objects.filter(state=State.HANDED, task__done_at=None, task__dropped_at=None)


def _by_task() -> Iterator[tuple[Task, list[Reminder]]]:
    """Yield each open task that reminders were handed as, with its rows."""
    rows = _handed().select_related(*TOLD, "task").order_by("task_id", "pk")
    for _, group in groupby(rows, key=lambda row: row.task_id):
        of_task = list(group)
        if of_task[0].task:
            yield of_task[0].task, of_task


def _hand(rows: Sequence[Reminder], roster: Roster, now: datetime) -> bool:
    """Give these to a person; return whether that made a new task."""
    case, kind = rows[0].case, KINDS[Channel(rows[0].channel)]
    waiting = Task.objects.open().filter(case=case, kind=kind).first()
    task = waiting or _task(case, rows[0].client, kind, roster, now)
    Reminder.objects.planned().filter(pk__in=[row.pk for row in rows]).update(state=State.HANDED, task=task)
    return waiting is None


def _task(case: Case, client: Client, kind: TaskKind, roster: Roster, now: datetime) -> Task:
    what = _words(case, client, kind)
    # Who covers may see only cases of their own: then who leads here does it.
    able = [*roster.told(case.owner_id), *roster.leading()]
    people = User.objects.in_bulk([person.id for person in able])
    for person in able:
        try:
            return casefile.ask(case=case, kind=kind, what=what, owner=people[person.id], now=now)
        except Refusal:
            continue
    return casefile.ask(case=case, kind=kind, what=what, owner=case.owner, now=now)


def _words(case: Case, client: Client, kind: TaskKind) -> str:
    name = Truncator(client.called).chars(NAME_AT_MOST)
    if kind == TaskKind.CALL:
        return f"Call {name} about the date of case {case.number}"
    if kind == TaskKind.LETTER:
        return f"Print and post the letter to {name}: the date of case {case.number}"
    if client.reach == Reach.NOT:
        return f"Tell {name} yourself of the date of case {case.number}: they want no call, e-mail or letter"
    return f"Find a way to tell {name} of the date of case {case.number}: we have none"

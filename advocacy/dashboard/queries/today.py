"""What must I do today? One ranked list, and counts that equal their lists."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, QuerySet, Value

from advocacy.accounts.doors import Actor
from advocacy.dashboard.queries.rows import (
    HORIZON,
    NEAR,
    SHOWS,
    Row,
    day_of,
    is_late,
    open_deadlines,
    ranked,
    row,
    today_of,
)
from advocacy.kernel import clock
from advocacy.kernel.reads import together
from advocacy.kernel.text import count_of, long_day
from cases.casefile.models import Case, Task
from cases.casefile.moves import Move, move_of
from cases.casefile.queries import open_tasks_for, visible_to
from cases.deadlines.models import Deadline
from cases.deadlines.wording import is_fatal_soon
from cases.messages import queries as messages
from cases.messages.models import Message
from reminders import status
from reminders.models import Reminder

# The state of a reminder that could not be sent, and the name of the mark that counts them.
UNSENT = "parked"


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]


@dataclass
class Today:
    """The page's content. Every count is the length of a list that the page, or its link, shows."""

    title: str
    state: str
    groups: list[Group]
    total: int
    later: int
    waiting: list[dict[str, Any]]
    fatal: list[Row]
    unsorted: list[Case]
    tasks: list[tuple[Task, Move]]
    letters: list[Message]
    unsent: int
    # What has stopped, and what to do meanwhile; "" while every part does its rounds.
    silent: str
    whose: str
    client_ids: list[UUID] = field(default_factory=list)

    @property
    def mine(self) -> bool:
        return self.whose == "me"

    @property
    def everyone(self) -> bool:
        return self.whose == "all"

    @property
    def strip_words(self) -> str:
        """The one sentence of the strip: which right ends when."""
        first = self.fatal[0].deadline
        if len(self.fatal) > 1:
            last = long_day(max(each.deadline.act_on for each in self.fatal))
            passed = sum(1 for each in self.fatal if each.badge.state == "late")
            tail = f"; the day of {passed} has passed" if passed else ""
            return f"{len(self.fatal)} rights end by {last}{tail}."
        if self.fatal[0].badge.state == "late":
            return f"A date has passed: {long_day(first.act_on)}."
        return f"A right ends on {long_day(first.act_on)}."

    @property
    def strip_detail(self) -> str:
        if len(self.fatal) > 1:
            return "Soonest first in the list."
        row = self.fatal[0]
        seen = row.deadline.seen_at is not None
        said = "" if seen else " Nobody has said “I have seen it” yet."
        checked = "" if row.deadline.verified_at else " Nobody has checked its start."
        return f"{row.name}: {row.verb}.{said}{checked}"


def today(actor: Actor, *, whose: str) -> Today:
    """Return the Today page of one person."""
    day, _ = today_of(actor)
    dates, undated, letters, tasks, marks = together(
        open_deadlines(actor, whose),
        _unsorted(actor, whose),
        _letters(actor, whose),
        _tasks(actor, whose, day),
        _standing(actor),
    )
    rows = [row(actor, deadline, day) for deadline in ranked(dates, day)]
    near = [each for each in rows if day_of(each.deadline, day) <= day + HORIZON]
    ours_late = sum(1 for each in rows if each.deadline.direction == "ours" and is_late(each.deadline, day))
    standing = [status.Mark(*mark) for mark in marks]
    newest = list({letter.case_id: letter for letter in letters}.values())
    page = Today(
        title=long_day(day),
        state=_state(len(near), ours_late),
        groups=_groups(near, day),
        total=len(near),
        later=len(rows) - len(near),
        waiting=_waiting(rows, day),
        fatal=[each for each in near if is_fatal_soon(each.deadline, day)],
        unsorted=undated,
        tasks=[(task, _move(task, day)) for task in tasks],
        letters=newest,
        unsent=sum(mark.parked for mark in standing if mark.part == UNSENT),
        silent=status.notice([mark for mark in standing if mark.part != UNSENT], now=clock.now()),
        whose=whose,
    )
    page.client_ids = [each.deadline.client_id for each in near] + [case.client_id for case in undated]
    page.client_ids += [letter.client_id for letter in newest] + [task.client_id for task in tasks]
    return page


def _state(count: int, ours_late: int) -> str:
    dates = f"{count_of(count, 'date')} in the next 14 days." if count else "No date in the next 14 days."
    late = "None of ours is late." if not ours_late else f"{count_of(ours_late, 'date')} of ours passed."
    return f"{dates} {late}"


def _groups(rows: Iterable[Row], day: date) -> list[Group]:
    late = [each for each in rows if day_of(each.deadline, day) < day]
    near = [each for each in rows if day <= day_of(each.deadline, day) <= day + NEAR]
    rest = [each for each in rows if day_of(each.deadline, day) > day + NEAR]
    named = (("Past its day", late), ("Next 3 days", near), ("This week and next", rest))
    return [Group(title, group) for title, group in named if group]


def _waiting(rows: list[Row], day: date) -> list[dict[str, Any]]:
    """For whom we wait: how many dates, and since when the oldest runs."""
    found = []
    for who, show in (("Plan", "waiting"), ("Department", "department")):
        dates = [each.deadline for each in rows if SHOWS[show][1](each.deadline, day)]
        ages = [(day - each.triggered_on).days for each in dates]
        if ages:
            found.append({"who": who, "count": len(ages), "oldest": count_of(max(ages), "day"), "show": show})
    return found


def _letters(actor: Actor, whose: str) -> QuerySet[Message]:
    """What clients wrote and nobody has read, oldest first."""
    unread = messages.unread_for(actor)
    return unread.filter(case__owner_id=actor.id) if whose == "me" else unread


def _tasks(actor: Actor, whose: str, day: date) -> QuerySet[Task]:
    """Return the tasks that are due in the time of the list, soonest first."""
    tasks = open_tasks_for(actor, upto=day + HORIZON)
    return tasks if whose == "all" else tasks.filter(owner_id=actor.id)


def _standing(actor: Actor) -> QuerySet[Any, Any]:
    """Return how reminders stand, in one statement: a mark a part, and one of how many could not be sent."""
    parked = Reminder.objects.filter(state=UNSENT, case__in=visible_to(actor))
    never = Value(None, output_field=DateTimeField())
    counted = parked.values("state").annotate(count=Count("pk")).values_list("state", never, never, "count")
    return counted.union(status.marks_of(actor.organisation), all=True)


def _move(task: Task, day: date) -> Move:
    promised_by = task.call.with_whom if task.call else ""
    return move_of(promised_by=promised_by, due_on=task.due_on, today=day)


def _unsorted(actor: Actor, whose: str) -> QuerySet[Case]:
    cases = visible_to(actor).open().exclude(pk__in=Deadline.objects.standing().values("case_id"))
    if whose == "me":
        cases = cases.filter(owner_id=actor.id)
    return cases.select_related("client", "owner", "coverage").order_by("opened_at")

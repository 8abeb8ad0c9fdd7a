"""One deadline as a row, and how rows are ranked and sorted into lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from advocacy.accounts.doors import Actor
from advocacy.accounts.roles import Permission
from advocacy.dashboard import progress
from advocacy.kernel import clock
from advocacy.kernel.text import legal_day, short_day
from cases.clients.models import Regulator
from cases.deadlines import queries as deadlines
from cases.deadlines.derivation import department_of
from cases.deadlines.models import Deadline
from cases.deadlines.wording import Badge, badge, is_fatal_soon, last_day, last_lawful_words
from reminders.queries import covered_by

HORIZON = timedelta(days=14)
NEAR = timedelta(days=3)


@dataclass(frozen=True)
class Row:
    """One line of a queue: act, date, reason, one button."""

    badge: Badge
    verb: str
    name: str
    url: str
    why: str
    owner: dict[str, str]
    action_url: str
    action_words: str
    deadline: Deadline
    possible: str = ""
    selected: bool = False
    post: bool = False


def today_of(actor: Actor) -> tuple[date, str]:
    """Return today's date where the organisation is, and that zone."""
    zone = actor.organisation.zone
    return clock.day(clock.now(), zone), zone


def whose_of(actor: Actor, asked: str | None) -> str:
    """Return `me` or `all`: who leads sees everyone's work first, who works cases sees their own."""
    if not actor.can(Permission.CASE_READ_ALL):
        return "me"
    if asked in {"me", "all"}:
        return asked
    return "all" if actor.can(Permission.CASE_ASSIGN) or not actor.can(Permission.CASE_WRITE) else "me"


def open_deadlines(actor: Actor, whose: str) -> QuerySet[Deadline]:
    """Return the open dates of one person's cases and of those they cover, or of everyone's."""
    found = deadlines.open_for(actor)
    if whose == "me":
        mine, covered = Q(case__owner_id=actor.id), Q(case__owner__in=covered_by(actor.user, clock.now()))
        found = found.filter(mine | covered)
    return found


def day_of(deadline: Deadline, day: date) -> date:
    """Return the day a deadline is ranked by: when to act; what is open already may be done today."""
    if deadline.direction == "opens" and deadline.opens_on:
        return max(deadline.opens_on, day)
    return deadline.act_on


def ranked(deadlines: Iterable[Deadline], day: date) -> list[Deadline]:
    return sorted(deadlines, key=lambda deadline: (day_of(deadline, day), deadline.act_at))


def is_late(deadline: Deadline, today: date) -> bool:
    """True when our day has passed, or their duty is late."""
    if deadline.direction == "theirs" and deadline.by_hour:
        return clock.now() > (deadline.late_after_at or deadline.last_lawful_at)
    if deadline.direction == "theirs":
        return today > last_day(deadline)
    return deadline.direction == "ours" and today > deadline.act_on


# The department sends the case to the reviewer, and answers for both.
DEPARTMENT = {"department", "reviewer"}
# What each list of dates holds. A count on Today is the length of one of these.
SHOWS: dict[str, tuple[str, Callable[[Deadline, date], bool]]] = {
    "all": ("All dates", lambda deadline, today: True),
    "next": (
        "Late, and the next 14 days",
        lambda deadline, today: day_of(deadline, today) <= today + HORIZON,
    ),
    "later": ("Later", lambda deadline, today: day_of(deadline, today) > today + HORIZON),
    "fatal": ("Rights that end soon", is_fatal_soon),
    "late": ("Late", is_late),
    "waiting": (
        "Waiting on the plan",
        lambda deadline, today: deadline.direction == "theirs" and deadline.owed_by == "plan",
    ),
    "department": (
        "Waiting on the department",
        lambda deadline, today: deadline.direction == "theirs" and deadline.owed_by in DEPARTMENT,
    ),
}


def row(actor: Actor, deadline: Deadline, day: date) -> Row:
    """Return one deadline as a row."""
    case, slug = deadline.case, actor.organisation.slug
    url = reverse("dashboard:deadline", args=[slug, case.pk, deadline.pk])
    return Row(
        badge=badge(deadline, day, now=clock.now()),
        verb=progress.verb(deadline, day, clock.now()),
        name=case.client.listed_name,
        url=reverse("dashboard:case", args=[slug, case.pk]),
        why=why(deadline, day),
        owner={"initials": case.owner.initials, "name": case.owner.name},
        action_url=url,
        action_words="Open the date",
        deadline=deadline,
        possible=possible(deadline),
    )


def possible(deadline: Deadline) -> str:
    """Return "if DMHC" or "if CDI" while nobody knows who regulates the plan, else ""."""
    coverage = deadline.case.coverage
    if coverage is not None and coverage.regulator != Regulator.UNKNOWN:
        return ""
    return f"if {department_of(deadline.rule).upper()}"


def why(deadline: Deadline, day: date) -> str:
    """Return the reason in one line: the fact it counts from, and the last lawful day where it differs."""
    fact = f"{deadline.trigger.get_kind_display()} {short_day(deadline.trigger.occurred_on, today=day)}."
    law = deadline.law
    parts = [fact, f"{law.explanation}."]
    if words := possible(deadline):
        parts.insert(0, f"Possible, {words}.")
    if deadline.direction == "ours" and (last := last_lawful_words(deadline)):
        parts.append(f"{last}.")
    if deadline.own_at:
        parts.append(f"Set by hand; by the law {legal_day(deadline.act_on_by_law)}.")
    return " ".join(parts)

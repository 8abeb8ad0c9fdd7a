"""Whole pages of reads: Today, lists, the case page, the date page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from advocacy.accounts.doors import Actor
from advocacy.accounts.roles import Permission
from advocacy.dashboard import progress
from advocacy.kernel import clock
from advocacy.kernel.text import count_of, legal_day, long_day, short_day
from cases.casefile.models import Case
from cases.casefile.queries import denial_of, standing_events, timeline, visible_to
from cases.deadlines import queries as deadlines
from cases.deadlines.models import Deadline
from cases.deadlines.wording import Badge, badge, days_left, is_fatal_soon, last_day, last_lawful_words
from cases.documents.queries import papers_of
from cases.grievances import queries as grievances
from cases.imr import queries as imr
from reminders.models import Reminder

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
    selected: bool = False
    post: bool = False


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
    unsent: int
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
        return f"{row.name}: {row.verb}." + ("" if seen else " Nobody has said “I have seen it” yet.")


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


def _open(actor: Actor, whose: str) -> list[Deadline]:
    found = deadlines.open_for(actor)
    if whose == "me":
        found = found.filter(case__owner_id=actor.id)
    return list(found)


def day_of(deadline: Deadline, day: date) -> date:
    """Return the day a deadline is ranked by: when to act; what is open already may be done today."""
    if deadline.direction == "opens" and deadline.opens_on:
        return max(deadline.opens_on, day)
    return deadline.act_on


def _ranked(deadlines: Iterable[Deadline], day: date) -> list[Deadline]:
    return sorted(deadlines, key=lambda deadline: (day_of(deadline, day), deadline.act_at))


def is_late(deadline: Deadline, today: date) -> bool:
    """True when our day has passed, or their duty is late."""
    if deadline.direction == "theirs":
        return today > last_day(deadline)
    return deadline.direction == "ours" and today > deadline.act_on


# What each list of dates holds. A count on Today is the length of one of these.
SHOWS: dict[str, tuple[str, Callable[[Deadline, date], bool]]] = {
    "all": ("All open dates", lambda deadline, today: True),
    "next": (
        "Late, and the next 14 days",
        lambda deadline, today: day_of(deadline, today) <= today + HORIZON,
    ),
    "later": ("After the next 14 days", lambda deadline, today: day_of(deadline, today) > today + HORIZON),
    "fatal": ("Rights that end in 3 days or fewer", is_fatal_soon),
    "late": ("Late", is_late),
    "waiting": (
        "Waiting on the plan",
        lambda deadline, today: deadline.direction == "theirs" and deadline.owed_by == "plan",
    ),
}


def today(actor: Actor, *, whose: str) -> Today:
    """Return the Today page of one person."""
    day, _ = today_of(actor)
    rows = [row(actor, deadline, day) for deadline in _ranked(_open(actor, whose), day)]
    near = [each for each in rows if day_of(each.deadline, day) <= day + HORIZON]
    ours_late = sum(1 for each in rows if each.deadline.direction == "ours" and is_late(each.deadline, day))
    waiting = [each for each in rows if SHOWS["waiting"][1](each.deadline, day)]
    unsorted = _unsorted(actor, whose)
    page = Today(
        title=long_day(day),
        state=_state(len(near), ours_late),
        groups=_groups(near, day),
        total=len(near),
        later=len(rows) - len(near),
        waiting=_waiting(waiting, day),
        fatal=[each for each in near if is_fatal_soon(each.deadline, day)],
        unsorted=unsorted,
        unsent=Reminder.objects.filter(state="parked", case__in=visible_to(actor)).count(),
        whose=whose,
    )
    page.client_ids = [each.deadline.client_id for each in near] + [case.client_id for case in unsorted]
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
    if not rows:
        return []
    oldest = max((day - each.deadline.triggered_on).days for each in rows)
    return [{"who": "Plan", "count": len(rows), "oldest": count_of(oldest, "day"), "show": "waiting"}]


def _unsorted(actor: Actor, whose: str) -> list[Case]:
    cases = visible_to(actor).open().exclude(pk__in=Deadline.objects.standing().values("case_id"))
    if whose == "me":
        cases = cases.filter(owner_id=actor.id)
    return list(cases.select_related("client", "owner", "coverage").order_by("opened_at"))


def row(actor: Actor, deadline: Deadline, day: date) -> Row:
    """Return one deadline as a row."""
    case, slug = deadline.case, actor.organisation.slug
    url = reverse("dashboard:deadline", args=[slug, case.pk, deadline.pk])
    return Row(
        badge=badge(deadline, day),
        verb=progress.verb(deadline, day),
        name=case.client.listed_name,
        url=reverse("dashboard:case", args=[slug, case.pk]),
        why=why(deadline, day),
        owner={"initials": case.owner.initials, "name": case.owner.name},
        action_url=url,
        action_words="Open the date",
        deadline=deadline,
    )


def why(deadline: Deadline, day: date) -> str:
    """Return the reason in one line: the fact it counts from, and the last lawful day where it differs."""
    fact = f"{deadline.trigger.get_kind_display()} {short_day(deadline.trigger.occurred_on, today=day)}."
    law = deadline.law
    parts = [fact, f"{law.explanation}."]
    if deadline.direction == "ours" and (last := last_lawful_words(deadline)):
        parts.append(f"{last}.")
    return " ".join(parts)


@dataclass
class CasePage:
    case: Case
    standing: progress.Standing
    rows: list[Row]
    past: list[Row]
    facts: list[tuple[str, str]]
    denial: Any
    papers: list[Any]
    entries: list[Any]
    next_url: str
    other_acts: list[tuple[str, str]]
    headline: Row | None
    today: date
    warnings: list[str]


def case_page(actor: Actor, case: Case) -> CasePage:
    """Return everything the case page shows."""
    day, _ = today_of(actor)
    every = deadlines.of_case(case)
    for deadline in every:
        deadline.case = case
    live = [each for each in every if each.state != "superseded"]
    events = standing_events(case)
    grievance, filing = grievances.of_case(case), imr.of_case(case)
    where = progress.standing(events, live, day)
    subjects = {"case": case, "grievance": grievance, "filing": filing}
    rows = [row(actor, each, day) for each in _ranked(live, day) if each.state == "open"]
    return CasePage(
        case=case,
        standing=where,
        rows=rows,
        past=[row(actor, each, day) for each in every if each.state != "open"],
        facts=_facts(case, where),
        denial=denial_of(case),
        papers=list(papers_of(case)),
        entries=timeline(case),
        next_url=_act_url(actor, where.next_act, subjects),
        other_acts=[(act.words, _act_url(actor, act, subjects)) for act in where.other_acts],
        headline=next((each for each in rows if each.deadline.direction == "ours"), None),
        today=day,
        warnings=_warnings(case),
    )


def _warnings(case: Case) -> list[str]:
    """What this case needs and the clocks do not cover yet: said, never left silent."""
    found = []
    if case.coverage is not None and case.coverage.regulator == "cdi":
        found.append(
            "This plan is under CDI. Its dates are not worked out here yet: count them from the letter."
        )
    elif case.coverage is None or case.coverage.regulator == "unknown":
        found.append("We do not know who regulates this plan. The dates below hold if it is DMHC: find out.")
    if case.urgency == "expedited":
        found.append(
            "This case is urgent. The urgent clocks are not worked out here yet: call the plan today, "
            "and the DMHC Help Center if it waits."
        )
    return found


def _facts(case: Case, where: progress.Standing) -> list[tuple[str, str]]:
    coverage = case.coverage
    return [
        ("Plan", coverage.plan_name if coverage else "Not known yet"),
        (
            "Regulator",
            coverage.regulator.upper() if coverage and coverage.regulator != "unknown" else "Not known yet",
        ),
        ("Urgency", "Urgent" if case.urgency == "expedited" else "Standard"),
        ("Whose move", where.move),
        ("Language", case.client.get_language_display()),
        ("Owner", case.owner.name),
    ]


def _act_url(actor: Actor, act: progress.NextAct | None, subjects: dict[str, Any]) -> str:
    if act is None or subjects[act.subject] is None:
        return ""
    return reverse(act.url_name, args=[actor.organisation.slug, subjects[act.subject].pk])


@dataclass
class DatePage:
    deadline: Deadline
    badge: Badge
    days: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    readings: list[dict[str, Any]]
    told: list[Reminder]
    versions: list[Deadline]
    left: int
    cites: list[dict[str, str]]
    rule_line: str


def date_page(actor: Actor, deadline: Deadline) -> DatePage:
    """Return everything the page of one date shows."""
    day, _ = today_of(actor)
    readings = [
        {"due": datetime.fromisoformat(each["due"]), "reading": each["reading"]} for each in deadline.readings
    ]
    told = Reminder.objects.filter(deadline=deadline).exclude(state="withdrawn")
    return DatePage(
        deadline=deadline,
        badge=badge(deadline, day),
        days=_strip(deadline),
        steps=_steps(deadline),
        readings=readings,
        told=list(told.select_related("recipient").order_by("send_at")),
        versions=list(
            Deadline.objects.filter(case_id=deadline.case_id, rule=deadline.rule)
            .exclude(pk=deadline.pk)
            .select_related("trigger")
            .order_by("-version")
        ),
        left=days_left(deadline, day),
        cites=[{"words": words.strip()} for words in deadline.law.cite.split(";")],
        rule_line=(
            f"Rule {deadline.rule}, version {deadline.rule_version}. "
            f"Text last checked {legal_day(deadline.law.checked_on)}."
        ),
    )


def _strip(deadline: Deadline) -> list[dict[str, Any]]:
    days = []
    for each in deadline.days:
        day = date.fromisoformat(each["date"])
        near, last = day == deadline.nominal_on, day == deadline.last_lawful_on
        kind = "last" if last else "near" if near else "closed" if each["closed"] else "open"
        note = {"last": "Last lawful day", "near": each["name"] or "Our date"}.get(kind, each["name"])
        days.append({"weekday": f"{day:%a}", "number": day.day, "note": note, "kind": kind})
    return days if len(days) > 1 else []


def _steps(deadline: Deadline) -> list[dict[str, Any]]:
    steps = [dict(each) for each in deadline.steps]
    if steps:
        steps[-1] |= {"is_result": True, "is_last": deadline.last_lawful_on != deadline.nominal_on}
    return steps


@dataclass(frozen=True)
class Dates:
    """One list of dates, with the names of the others."""

    title: str
    show: str
    whose: str
    rows: list[Row]
    tabs: list[dict[str, Any]]


def dates(actor: Actor, *, whose: str, show: str) -> Dates:
    """Return one of the lists behind Today's counts, soonest first."""
    day, _ = today_of(actor)
    show = show if show in SHOWS else "all"
    every = _ranked(_open(actor, whose), day)
    chosen = [row(actor, each, day) for each in every if SHOWS[show][1](each, day)]
    tabs = [
        {
            "words": title,
            "url": f"?show={key}&whose={whose}",
            "current": key == show,
            "count": sum(1 for each in every if belongs(each, day)),
        }
        for key, (title, belongs) in SHOWS.items()
    ]
    return Dates(SHOWS[show][0], show, whose, chosen, tabs)


def case_rows(actor: Actor, cases: list[Case]) -> list[dict[str, Any]]:
    """Return the rows of the case list: each case with the date it must act on next."""
    day, _ = today_of(actor)
    soonest: dict[UUID, Deadline] = {}
    for deadline in Deadline.objects.open().filter(case__in=cases).order_by("-act_at"):
        soonest[deadline.case_id] = deadline
    return [
        {
            "case": case,
            "badge": badge(soonest[case.pk], day) if case.pk in soonest else UNKNOWN,
            "what": progress.verb(soonest[case.pk], day) if case.pk in soonest else "Record the refusal",
        }
        for case in cases
    ]


UNKNOWN = Badge("unknown", "Date not known", "needs the letter", "")

"""One date with its working, its readings, and who is told."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from advocacy.dashboard.queries.rows import possible, today_of
from advocacy.kernel import clock
from advocacy.kernel.reads import together
from advocacy.kernel.text import legal_day
from cases.deadlines.models import Deadline
from cases.deadlines.queries import Check, check_by, extension_of, name_people, people_of
from cases.deadlines.wording import Badge, badge, days_left
from cases.deadlines.working import doubts
from reminders.models import Reminder
from reminders.planning import ORDINARY
from reminders.queries import with_who_is_asked

CONFIDENCE = {
    "H": "Confidence high: the text was read",
    "M": "Confidence medium: seen in good secondary sources",
    "L": "Confidence low: from memory",
}


# What the page asks of who looks at a date that nobody has checked; who may check it is asked for nothing.
CHECKS = {
    Check.OTHER: "",
    Check.SELF: "",
    Check.SOMEBODY_ELSE: "You wrote the day down, so somebody else checks it.",
    Check.TOMORROW: "Nobody else is here to check it. Read the day from the paper again tomorrow.",
}


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
    sources: list[dict[str, str]]
    doubts: list[str]
    possible: str
    late_at: datetime
    check: str
    nobody_else: bool
    acts: list[tuple[str, str]]


def date_page(actor: Actor, deadline: Deadline) -> DatePage:
    """Return everything the page of one date shows."""
    (day, _), now = today_of(actor), clock.now()
    readings = [
        {"due": datetime.fromisoformat(each["due"]), "reading": each["reading"]} for each in deadline.readings
    ]
    told, versions, people = together(
        _told(deadline), _other_versions(deadline), people_of(deadline),
    )  # fmt: skip
    name_people(deadline, people)
    return DatePage(
        deadline=deadline,
        badge=badge(deadline, day, now=now),
        days=_strip(deadline),
        steps=_steps(deadline),
        readings=readings,
        told=told,
        versions=versions,
        left=days_left(deadline, day),
        cites=_cites(deadline),
        rule_line=(
            f"Rule {deadline.rule}, version {deadline.rule_version}. "
            f"Text last checked {legal_day(deadline.law.checked_on)}. {CONFIDENCE[deadline.law.confidence]}."
        ),
        sources=_sources(deadline.law.source),
        possible=possible(deadline),
        late_at=deadline.late_after_at or deadline.last_lawful_at,
        check=CHECKS[check_by(deadline, person_id=actor.id, now=now)],
        nobody_else=_nobody_else(deadline, told),
        acts=_acts(deadline),
        doubts=list(doubts(deadline.law, last=deadline.last_lawful_on)),
    )


def _told(deadline: Deadline) -> QuerySet[Reminder]:
    told = with_who_is_asked(Reminder.objects.filter(deadline=deadline).exclude(state="withdrawn"))
    whose = ("recipient", "contact", "client", "task__owner", "task__done_by", "task__dropped_by")
    return told.select_related(*whose).order_by("send_at", "step_at")


def _nobody_else(deadline: Deadline, told: list[Reminder]) -> bool:
    """True where reminders are planned, and none of them is for when nobody acknowledges."""
    waits = deadline.state == "open" and deadline.direction == "ours" and deadline.seen_at is None
    return waits and bool(told) and all(each.rung <= ORDINARY for each in told)


def _other_versions(deadline: Deadline) -> QuerySet[Deadline]:
    versions = Deadline.objects.filter(case_id=deadline.case_id, rule=deadline.rule).exclude(pk=deadline.pk)
    return versions.select_related("trigger").order_by("-version")


def _cites(deadline: Deadline) -> list[dict[str, str]]:
    """The law of the date, and of its extension."""
    extension = extension_of(deadline) if deadline.extended_on else None
    laws = [deadline.law.cite, *([extension.cite] if extension else [])]
    words = [each.strip() for law in laws for each in law.split(";")]
    return [{"words": each} for each in dict.fromkeys(words)]


def _acts(deadline: Deadline) -> list[tuple[str, str]]:
    """What a person may say of this date by hand: the words, and the name of the page that asks."""
    if deadline.case.closed_at:
        return []
    if deadline.state == "waived":
        return [("It applies again", "deadlines:reopen")]
    if deadline.met_by_hand:
        return [("It was not done", "deadlines:not_done")]
    if deadline.state != "open":
        return []
    acts = [("It is done", "deadlines:met"), ("It no longer applies", "deadlines:waive")]
    if deadline.direction != "opens" and not deadline.by_hour:
        acts.append(("Set another date, with a reason", "deadlines:own"))
    if deadline.own_at:
        acts.append(("Back to the date by the law", "deadlines:by_law"))
    if deadline.extended_on:
        acts.append(("The time was not extended", "deadlines:not_extended"))
    elif deadline.law.extended_by:
        acts.append(("The time was extended", "deadlines:extend"))
    return acts


def _sources(source: str) -> list[dict[str, str]]:
    """Where the text was read, each place with its address if it has one."""
    places = [place.strip() for place in source.split(";")]
    found = [(place, re.search(r"https?://[^\s)]+", place)) for place in places]
    return [{"words": place, "url": address[0] if address else ""} for place, address in found]


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

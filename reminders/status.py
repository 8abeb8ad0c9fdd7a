"""How reminders stand, in words for a person: a page of an organisation, and one for the operator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.functions import JSONObject

from advocacy.kernel.text import count_of, short_day, time_of_day
from advocacy.organisations.models import Heartbeat, Organisation
from reminders.health import OLDEST_UNSENT, Check, checks, shared_checks
from reminders.models import Digest
from reminders.parts import PARTS, silent
from reminders.sweep import SWEPT, lacking, mark_of

# Without one of these no reminder leaves.
SENDING = ("planner round", "delivery round", "beat")
# The planner's count of one organisation's reminders.
COUNTED = "planner"
NO_NEED = "Work from Today: it does not need reminders."
MOST_NAMED = 2
# The heartbeat that says when the operators were last written to about a check.
TOLD = "told "
TOLD_EVERY = timedelta(hours=1)

# What a check is called, and how it reads when it is well and when it is not; `{n}` is its number.
SAID = {
    "locks": (
        "The locks between organizations", "In place.",
        "{n:.0f} missing. Stop the service until `manage.py migrate` has put them back.",
    ),
    "planned organisations": (
        "Organizations planned", "All {n:.0f} within the last 3 minutes.",
        "Only {n:.0f} within the last 3 minutes: the log names the others (planner.failed).",
    ),
    "due and unsent over 15 minutes": (
        "Reminders that are due", "None has waited for more than 15 minutes.",
        "The oldest has waited for {age}: look at the sender, and at the mail server.",
    ),
    "parked": (
        "Reminders that could not be sent", "None.",
        "{n:.0f}. Each organization sees its own on Today, and tells the people by phone.",
    ),
    "digests not written": (
        "Digests", "Each one could be written.",
        "{n:.0f} could not be written: the log says where (digest.failed, sweep.failed).",
    ),
    "dates without a reminder": (
        "Open dates without a reminder", "None.",
        "{n:.0f}, though the planner runs. The digest names them to who leads there.",
    ),
    "other mail unsent over 15 minutes": (
        "Other mail", "None has waited for more than 15 minutes.",
        "{n:.0f} waited for more than 15 minutes: look at the mail server's answer.",
    ),
    "sending": (
        "Sending", "Mail may leave.",
        "Held by the operator: what is due is planned, and waits. Work from Today.",
    ),
    "mail canary": (
        "The mail that must come back", "It comes back, or nobody has set one up.",
        "It has not come back for too long: mail may be taken and never arrive.",
    ),
    "clock": (
        "The clocks", "Server and database agree ({n:.1f} seconds apart).",
        "Server and database are {n:.1f} seconds apart: what is due may be judged wrongly.",
    ),
    "web door": (
        "The pages", "They answer.",
        "They do not answer: nobody can open Today. Reminders and digests still go out.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One part or number: is it well, what is it, how does it stand."""

    good: bool
    title: str
    text: str


@dataclass(frozen=True)
class Status:
    """A status page: one sentence, what to do meanwhile, and the lines behind it."""

    good: bool
    headline: str
    detail: str
    own: list[Line]
    lines: list[Line]


def length(age: timedelta) -> str:
    """Return `20 seconds`, `12 minutes`, `5 hours`, `3 days`: never more than it is."""
    seconds = max(int(age.total_seconds()), 0)
    for unit, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * unit:
            return count_of(seconds // unit, noun)
    return count_of(seconds, "second")


def line_of(check: Check) -> Line:
    """Return a check as a sentence."""
    age = timedelta(seconds=check.value or 0)
    if check.name in PARTS:
        part = PARTS[check.name]
        return Line(check.good, part.name, f"It {part.does}. {_last_round(check, part.meanwhile)}")
    if check.name not in SAID:
        return Line(check.good, check.name.capitalize(), f"{check.words.capitalize()}.")
    title, well, ill = SAID[check.name]
    words = (well if check.good else ill).format(n=check.value or 0, age=length(age))
    return Line(check.good, title, words)


def _last_round(check: Check, meanwhile: str) -> str:
    if check.value is None:
        return f"It has never run. {meanwhile}"
    age = length(timedelta(seconds=check.value))
    return f"It ran {age} ago." if check.good else f"It has not run for {age}. {meanwhile}"


def of_organisation(organisation: Organisation, *, now: datetime) -> Status:
    """Return the status page of the organisation in scope."""
    found = shared_checks(now)
    return Status(
        good=all(check.good for check in found),
        headline=_headline(found),
        detail=_detail(found, organisation.zone, now),
        own=_own(organisation, now),
        lines=[line_of(check) for check in found],
    )


def of_platform(*, now: datetime) -> Status:
    """Return the operator's status page: every check, and numbers of all organisations together."""
    found = checks(now)
    bad = [check for check in found if not check.good]
    wrong = f"{count_of(len(bad), 'thing')} {'needs' if len(bad) == 1 else 'need'} you."
    return Status(
        good=not bad,
        headline=_headline(found),
        detail=wrong if bad else "Every part does its rounds, and nothing waits.",
        own=[],
        lines=[line_of(check) for check in sorted(found, key=lambda check: check.good)],
    )


class Mark(NamedTuple):
    """What Today reads of a heartbeat."""

    part: str
    at: datetime
    oldest_due_at: datetime | None
    parked: int
    waiting: int


def marks_of(organisation: Organisation) -> ArraySubquery:
    """Return the heartbeats as a column of another statement, for `marks_in`.

    One a part, and of the organisation the planner's count and the last sweep.
    """
    beats = Q(organisation=None, part__in=PARTS) | Q(organisation=organisation, part__in=[COUNTED, SWEPT])
    fields = {name: name for name in Mark._fields}
    return ArraySubquery(Heartbeat.objects.filter(beats).values(found=JSONObject(**fields)))


def marks_in(column: Iterable[dict[str, Any]]) -> list[Mark]:
    """Read the column that `marks_of` makes."""
    return [
        Mark(
            each["part"],
            datetime.fromisoformat(each["at"]),
            datetime.fromisoformat(each["oldest_due_at"]) if each["oldest_due_at"] else None,
            each["parked"],
            each["waiting"],
        )
        for each in column
    ]


def notice(marks: Iterable[Mark], *, now: datetime) -> str:
    """Return what Today says while a part is silent or a reminder waits for too long, else ""."""
    beats = list(marks)
    ages = silent(beats, now)
    if len(ages) > MOST_NAMED:
        return f"{len(ages)} of {len(PARTS)} parts that send reminders are silent. {NO_NEED}"
    said = [
        f"{PARTS[key].name} has not run {'yet' if age is None else f'for {length(age)}'}."
        for key, age in ages.items()
    ]
    meanwhile = [PARTS[key].meanwhile for key in ages]
    for count in (beat for beat in beats if beat.part == COUNTED):
        waited, planned = now - (count.oldest_due_at or now), now - count.at
        if waited > OLDEST_UNSENT:
            said.append(f"A reminder of yours is due for {length(waited)} and has not left.")
        if planned > PARTS["planner round"].limit and "planner round" not in ages:
            said.append(f"Your reminders were last planned {length(planned)} ago.")
    for swept in (beat for beat in beats if beat.part == SWEPT and lacking(beat)):
        has = "date has" if swept.waiting == 1 else "dates have"
        said.append(f"{swept.waiting} open {has} no reminder.")
    if said and not meanwhile:
        meanwhile = [NO_NEED]
    return " ".join([*said, *dict.fromkeys(meanwhile)])


def _headline(found: list[Check]) -> str:
    bad = {check.name for check in found if not check.good}
    if not bad:
        return "Reminders are going out."
    if bad & set(SENDING):
        return "Reminders are late. Today is right all the same."
    return "Reminders are going out. Something else needs the operator."


def _detail(found: list[Check], zone: str, now: datetime) -> str:
    bad = [check.name for check in found if not check.good]
    if not bad:
        return "Each part did its last round on time. If one stops, this page and Today say so."
    told = Heartbeat.objects.filter(organisation=None, part__in=[told_of(name) for name in bad])
    written = told.filter(at__gt=now - TOLD_EVERY).order_by("at").last()
    if written is None:
        return "Nobody has been written to about it. Tell the people who run this service."
    at = time_of_day(written.at, zone)
    if "mail round" in bad:
        return f"A mail to the operator waits since {at} and cannot leave. Call them."
    return f"The operator was written to at {at}."


def told_of(name: str) -> str:
    """Return the heartbeat that says when the operators were last told of a check."""
    return f"{TOLD}{name}"[:40]


def _own(organisation: Organisation, now: datetime) -> list[Line]:
    counts = Heartbeat.objects.filter(part=COUNTED, organisation=organisation).first()
    if counts is None:
        return [Line(False, "Your dates", "Not planned yet."), _digest_line(organisation)]
    planned, waited = now - counts.at, now - (counts.oldest_due_at or now)
    due = f"{count_of(counts.waiting, 'reminder')}, the oldest for {length(waited)}."
    gone = f"{counts.parked} could not be sent. Today names the dates: tell the people by phone."
    return [
        Line(planned <= PARTS["planner round"].limit, "Your dates", f"Planned {length(planned)} ago."),
        Line(waited <= OLDEST_UNSENT, "Due now", due if counts.waiting else "Nothing of yours waits."),
        Line(not counts.parked, "Not sent", gone if counts.parked else "Every reminder could be sent."),
        _sweep_line(organisation),
        _digest_line(organisation),
    ]


def _sweep_line(organisation: Organisation) -> Line:
    untold = lacking(mark_of(organisation.pk))
    words = f"{count_of(untold, 'date')}. The daily digest names them: tell the people yourself."
    return Line(not untold, "Without a reminder", words if untold else "Every open date has its reminder.")


def _digest_line(organisation: Organisation) -> Line:
    last = Digest.objects.order_by("queued_at").last()
    if last is None:
        words = "None yet. The first is written at 7:30 am on the next working day."
    else:
        words = f"Last written on {short_day(last.day)} at {time_of_day(last.queued_at, organisation.zone)}."
    return Line(True, "The daily digest", words)

"""A second mind on every date: worked out from the texts and the rules' tables, by walking day by day.

It imports nothing of the product. Its holidays are calendars.json (see write_calendars.py); what makes a
date ambiguous is docs/deadline-rules.md. Plain before fast: it is meant to be checked by reading it.
"""

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
RULEBOOK = HERE.parents[1] / "cases" / "deadlines" / "rulebook"

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)
FRIDAY, SATURDAY = 4, 5
NONE: frozenset[date] = frozenset()

LISTS = json.loads((HERE / "calendars.json").read_text(encoding="utf-8"))["lists"]
NAMED = {name: frozenset(map(date.fromisoformat, each["days"])) for name, each in LISTS.items()}
CALIFORNIA = ("judicial", "state_office", "gov_6700")
VERIFIED_TO = {name: date.fromisoformat(each["verified_to"]) for name, each in LISTS.items()}

Rule = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Instants in UTC. `unverified`: a list that the rule reads was not checked as far as the last day."""

    nominal: datetime | None
    last_lawful: datetime | None
    ambiguous: bool
    alternatives: frozenset[datetime]
    unverified: bool


NO_LENGTH = Answer(None, None, False, frozenset(), False)


def rules() -> list[Rule]:
    """Read every table of the rulebook."""
    files = sorted(RULEBOOK.glob("*.toml"))
    return [rule for file in files for rule in tomllib.loads(file.read_text(encoding="utf-8"))["rule"]]


def in_force(versions: list[Rule], triggered_at: datetime) -> Rule | None:
    """Return the version that stood on the trigger's date in California."""
    day = triggered_at.astimezone(PACIFIC).date()
    for rule in versions:
        if rule["in_force_from"] <= day <= rule.get("in_force_to", date.max):
            return rule
    return None


def answer(rule: Rule, triggered_at: datetime) -> Answer:
    """Return the rule's dates for one trigger."""
    if rule["unit"] == "none":
        return NO_LENGTH
    if rule["unit"] in {"hours", "minutes"}:
        return answer_by_the_clock(rule, triggered_at)
    start = triggered_at.astimezone(PACIFIC).date()
    if rule["unit"] == "business_days":
        nominal, last, readings = business_days(rule, start)
    else:
        nominal, last, readings = days_or_months(rule, start)
    others = {end_of(day) for day in readings} - {end_of(last)}
    read = ("federal",) if rule["roll"] == "F" else CALIFORNIA
    unverified = any(last > VERIFIED_TO[name] for name in read)
    return Answer(end_of(nominal), end_of(last), bool(others), frozenset(others), unverified)


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=PACIFIC).astimezone(UTC)


# -- hours and minutes --------------------------------------------------------------------------------------


def answer_by_the_clock(rule: Rule, triggered_at: datetime) -> Answer:
    """Elapsed time holds; the hands of the clock on the wall are the other reading."""
    length = timedelta(**{rule["unit"]: rule["amount"]})
    due = triggered_at.astimezone(UTC) + length
    shown = triggered_at.astimezone(PACIFIC).replace(tzinfo=None) + length
    # fold=0 is the first of two; where there is none, the offset before the change moves it forward.
    by_the_wall = shown.replace(tzinfo=PACIFIC, fold=0).astimezone(UTC)
    others = frozenset({by_the_wall} - {due})
    # No holiday stops an hour, so no list of them can be out of date.
    return Answer(due, due, bool(others), others, unverified=False)


# -- calendar days and months -------------------------------------------------------------------------------


def days_or_months(rule: Rule, start: date) -> tuple[date, date, set[date]]:
    """Return the unmoved day, the last day, and the days of the other readings."""
    roll = rule["roll"]
    nominal = unmoved(rule, start)
    if roll == "F":
        return nominal, next_open(nominal, "federal"), set()
    if roll not in {"R", "R?", "N"}:
        raise ValueError(roll)
    rolled = next_open(nominal, "judicial")
    last = nominal if roll == "N" else rolled
    # The strict reading of an R? and the rolled one of an N: the one of the two that is not the last day.
    readings = set() if roll == "R" else {nominal, rolled}
    if rule["unit"] == "months" and rule["amount"] == 6:
        half_year = walk(start, 182)
        half_year = half_year if roll == "N" else next_open(half_year, "judicial")
        if half_year > last:
            readings.add(half_year)
    readings |= past_a_lone_holiday(last, "judicial")
    if last in fridays_before_a_saturday_holiday():
        readings.add(next_open(nominal, "judicial", fridays_before_a_saturday_holiday()))
    return nominal, last, readings


def unmoved(rule: Rule, start: date) -> date:
    if rule["unit"] == "calendar_days":
        return walk(start, rule["amount"])
    if rule["unit"] != "months":
        raise ValueError(rule["unit"])
    year, month = start.year, start.month
    for _ in range(rule["amount"]):
        year, month = next_month(year, month)
    last_of_month = date(*next_month(year, month), 1) - DAY
    if start.day <= last_of_month.day:
        return date(year, month, start.day)
    # Only the federal rule goes on to the next month where a day is missing.
    return last_of_month + DAY if rule["roll"] == "F" else last_of_month


def next_month(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def walk(start: date, days: int) -> date:
    """The first day is not counted, the last is."""
    day = start
    for _ in range(days):
        day += DAY
    return day


# -- business days ------------------------------------------------------------------------------------------


def business_days(rule: Rule, start: date) -> tuple[date, date, set[date]]:
    if rule["roll"] != "B":
        raise ValueError(rule["roll"])
    counted = count(start, rule["amount"], "state_office")
    last = counted[-1]
    readings = {count(start, rule["amount"], other)[-1] for other in ("judicial", "gov_6700")}
    readings |= past_a_lone_holiday(last, "state_office")
    fridays = fridays_before_a_saturday_holiday()
    if fridays.intersection(counted):
        readings.add(count(start, rule["amount"], "state_office", fridays)[-1])
    return last, last, readings


def count(start: date, amount: int, calendar: str, closed_too: frozenset[date] = NONE) -> list[date]:
    """Return the days that were counted."""
    counted: list[date] = []
    day = start
    while len(counted) < amount:
        day += DAY
        if is_open(day, calendar, closed_too):
            counted.append(day)
    return counted


# -- open and closed ----------------------------------------------------------------------------------------


def is_open(day: date, calendar: str, closed_too: frozenset[date] = NONE) -> bool:
    return day.weekday() < SATURDAY and day not in NAMED[calendar] and day not in closed_too


def next_open(day: date, calendar: str, closed_too: frozenset[date] = NONE) -> date:
    """Return the day itself where it is open."""
    while not is_open(day, calendar, closed_too):
        day += DAY
    return day


def past_a_lone_holiday(last: date, own_calendar: str) -> set[date]:
    """Where one list alone names the day: the next that is open in the rule's own calendar and in that."""
    naming = [name for name in CALIFORNIA if last in NAMED[name]]
    if len(naming) != 1:
        return set()
    day = last + DAY
    while not (is_open(day, own_calendar) and is_open(day, naming[0])):
        day += DAY
    return {day}


def fridays_before_a_saturday_holiday() -> frozenset[date]:
    """The Judicial Council may close them in the Saturday's place."""
    return frozenset(day - DAY for day in NAMED["judicial"] if day.weekday() == SATURDAY)


# -- what people act on -------------------------------------------------------------------------------------


def earliest(given: Answer) -> datetime:
    return min(all_readings(given))


def latest(given: Answer) -> datetime:
    return max(all_readings(given))


def all_readings(given: Answer) -> set[datetime]:
    """The unmoved date counts among them: nobody should miss the strictest."""
    if given.nominal is None or given.last_lawful is None:
        raise ValueError("a rule without length has no dates")
    return {given.nominal, given.last_lawful, *given.alternatives}

"""The clock against a second mind: every rule on a sample of days and on the hard ones; all in proof."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from cases.deadlines.explain import answer_line
from tests.rules import oracle, write_calendars
from tests.rules.oracle import DAY, FRIDAY, PACIFIC, Answer, Rule

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
SAMPLE = 60
# How the working says that a list of holidays has not been checked so far.
NOT_CHECKED = "not checked for that day"

VERSIONS: dict[str, list[Rule]] = {}
for each in oracle.rules():
    VERSIONS.setdefault(each["slug"], []).append(each)
WITH_LENGTH = [slug for slug, versions in VERSIONS.items() if versions[0]["unit"] != "none"]

ALL_DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


# -- the days -----------------------------------------------------------------------------------------------


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PACIFIC).astimezone(UTC)


def around(days: Iterable[date], before: int, after: int) -> set[date]:
    return {day + n * DAY for day in days for n in range(-before, after + 1)}


CLOCK_CHANGES = [day for day in ALL_DAYS if midnight(day + DAY) - midnight(day) != DAY]


def hard_days() -> set[date]:
    """Holidays that the lists disagree on or that move, and changes of the clock, with their neighbours."""
    found = around(CLOCK_CHANGES, 2, 2)
    for year in range(FIRST.year, LAST.year + 1):
        found |= around([write_calendars.thanksgiving(year)], 2, 4)
        found |= around([date(year, 2, 12), date(year, 3, 31), date(year, 6, 19), date(year, 11, 11)], 2, 2)
        found |= around([date(year, 7, 3)], 0, 3)
        found |= around([write_calendars.nth(year, 9, FRIDAY, 4), date(year, 10, 12)], 1, 1)
        found |= around([date(year, 12, 24)], 0, 9)
    lists = [oracle.NAMED[name] for name in oracle.CALIFORNIA]
    return found | {day for day in set().union(*lists) if sum(day in each for each in lists) == 1}


HARD = sorted(hard_days())
LENGTHS = {
    "calendar_days": DAY,
    "business_days": DAY,
    "months": timedelta(days=30.5),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
}


def by_the_clock(rule: Rule) -> bool:
    return rule["unit"] in {"hours", "minutes"}


def ending_there(rule: Rule) -> list[date]:
    """Return the trigger days that let the rule end on a hard day, or close to one."""
    hard = sorted(around(CLOCK_CHANGES, 2, 2)) if by_the_clock(rule) else HARD
    triggers = [day - rule["amount"] * LENGTHS[rule["unit"]] for day in hard]
    return [day for day in triggers if FIRST <= day <= LAST]


def moments(rule: Rule, days: Iterable[date]) -> Iterator[datetime]:
    """Ten in the morning of each day; for hours also around the change of the clock, in both folds."""
    times = [time(1, 30), time(2, 30), time(10), time(23, 30)] if by_the_clock(rule) else [time(10)]
    for day in days:
        shown = [datetime.combine(day, at, PACIFIC).replace(fold=fold) for at in times for fold in (0, 1)]
        # The two folds are one instant, but in the hour that occurs twice; 2:30 may not exist at all.
        instants = {each.astimezone(UTC) for each in shown if exists(each)}
        yield from (each.astimezone(PACIFIC) for each in sorted(instants))


def exists(at: datetime) -> bool:
    return at.astimezone(UTC).astimezone(PACIFIC).time() == at.time()


# -- the comparison -----------------------------------------------------------------------------------------


def asked(slug: str, at: datetime) -> dict[str, Any]:
    said = answer_line(json.dumps({"rule": slug, "triggered_at": at.isoformat()}))
    return json.loads(said)


def instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC) if written else None


def expected(rule: Rule, given: Answer) -> dict[str, Any]:
    dates = {
        "nominal": given.nominal,
        "last_lawful": given.last_lawful,
        "ambiguous": given.ambiguous,
        "alternatives": sorted(given.alternatives),
        "unverified": given.unverified,
    }
    if rule["direction"] == "opens":
        return dates | {"act_on": oracle.latest(given)}
    dates["act_on"] = oracle.earliest(given)
    return dates | ({"late_after": oracle.latest(given)} if rule["direction"] == "theirs" else {})


def told(line: dict[str, Any]) -> dict[str, Any]:
    """Return the engine's answer; an alternative that it tells twice stays twice."""
    return {
        "nominal": instant(line["nominal"]),
        "last_lawful": instant(line["last_lawful"]),
        "ambiguous": line["ambiguous"],
        "alternatives": sorted(instant(each["due"]) for each in line["alternatives"]),
        "unverified": any(NOT_CHECKED in sentence for sentence in line["working"]),
        "act_on": instant(line["act_on"]),
        "late_after": instant(line["late_after"]),
    }


def difference(slug: str, at: datetime) -> str | None:
    """Return the rule, the day and both answers where they differ."""
    line = asked(slug, at)
    rule = oracle.in_force(VERSIONS[slug], at)
    if rule is None:
        return None if "error" in line else f"{slug} on {at}: not in force, and answered {line['nominal']}"
    if "error" in line:
        return f"{slug} on {at}: {line['error']}"
    ours, theirs = expected(rule, oracle.answer(rule, at)), told(line)
    wrong = [
        f"{name}: oracle {shown(ours[name])}, engine {shown(theirs[name])}"
        for name in ours
        if ours[name] != theirs[name]
    ]
    return f"{slug} on {at}: " + "; ".join(wrong) if wrong else None


def shown(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(shown(each) for each in value) + "]"
    return f"{value.astimezone(PACIFIC):%a %Y-%m-%d %H:%M%z}" if isinstance(value, datetime) else str(value)


def differences(slug: str, days: Iterable[date], tally: Counter[str] | None = None) -> list[str]:
    asked_at = list(moments(VERSIONS[slug][0], days))
    if tally is not None:
        tally[slug] += len(asked_at)
    return [found for at in asked_at if (found := difference(slug, at))]


# -- the tests ----------------------------------------------------------------------------------------------


def test_the_committed_holidays_are_what_the_statutes_give():
    assert write_calendars.FILE.read_text(encoding="utf-8") == write_calendars.text()


@pytest.mark.parametrize("slug", WITH_LENGTH)
def test_the_oracle_gives_what_the_rulebook_works_out_by_hand(slug):
    for rule in VERSIONS[slug]:
        for example in rule["examples"]:
            at = as_instant(example["given"], time(10))
            found = oracle.answer(rule, at)
            worked_out = [as_instant(example[name], time(23, 59, 59)) for name in ("nominal", "last_lawful")]
            assert [found.nominal, found.last_lawful] == worked_out, example


def as_instant(given: date | datetime, at: time) -> datetime:
    return given if isinstance(given, datetime) else datetime.combine(given, at, PACIFIC)


@pytest.mark.parametrize("slug", WITH_LENGTH)
def test_clock_and_oracle_agree_on_a_sample_of_days(slug):
    assert differences(slug, sorted(random.Random(slug).sample(ALL_DAYS, SAMPLE))) == []


@pytest.mark.parametrize("slug", WITH_LENGTH)
def test_clock_and_oracle_agree_where_it_is_hard(slug):
    days = ending_there(VERSIONS[slug][0])

    assert len(days) > 80
    assert differences(slug, days) == []


@pytest.mark.parametrize("slug", [slug for slug in VERSIONS if slug not in WITH_LENGTH])
def test_a_rule_without_length_has_no_date(slug):
    line = asked(slug, datetime(2026, 9, 15, 10, tzinfo=PACIFIC))

    assert (line["nominal"], line["last_lawful"], line["ambiguous"]) == (None, None, False)


@pytest.mark.parametrize(
    ("name", "day"), [("judicial", "2027-02-12"), ("state_office", "2026-03-31"), ("gov_6700", "2026-10-12")]
)
def test_one_wrong_holiday_is_seen(monkeypatch, name, day):
    holiday = date.fromisoformat(day)
    days = sorted(around([holiday], 8, 0))
    assert not any(differences(slug, days) for slug in WITH_LENGTH)

    monkeypatch.setitem(oracle.NAMED, name, oracle.NAMED[name] - {holiday})

    assert any(differences(slug, days) for slug in WITH_LENGTH)


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Count the comparisons, and print how many there were."""
    counted: Counter[str] = Counter()
    yield counted
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(
            f"\nThe oracle: {counted.total():,} answers of {len(counted)} rules compared, {FIRST} to {LAST}"
        )


@pytest.mark.proof
@pytest.mark.parametrize("slug", WITH_LENGTH)
def test_clock_and_oracle_agree_on_every_day(slug, tally):
    assert differences(slug, ALL_DAYS, tally) == []

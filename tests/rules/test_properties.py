"""What holds for every start date, and a reader of the working that knows nothing of the engine."""

import calendar
import re
from datetime import date, datetime, time, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from cases.deadlines import engine
from cases.deadlines.calendars import judicial, state_office
from cases.deadlines.rules import Rule, load_rulebook

SHAPES = [
    ("calendar_days", "R"), ("calendar_days", "R?"), ("calendar_days", "N"), ("months", "R"),
    ("months", "N"), ("business_days", "B"), ("hours", "H"), ("minutes", "H"),
]  # fmt: skip
start_days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
shipped = st.sampled_from([rule for rule in load_rulebook().all() if rule.amount])
whole_minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}


@st.composite
def rules(draw: st.DrawFn, shapes: list[tuple[str, str]] = SHAPES) -> Rule:
    unit, roll = draw(st.sampled_from(shapes))
    amount = draw(st.integers(1, 12 if unit == "months" else 200))
    direction = draw(st.sampled_from(["ours", "theirs", "opens"]))
    return Rule(
        slug="drawn", title="Drawn", kind="rule", direction=direction,
        owed_by="plan", owed_to="client", trigger="received", trigger_words="it was received", amount=amount,
        unit=unit, roll=roll, urgency="standard", explanation="A length", cite="a law", source="a place",
        confidence="H", in_force_from=date(2001, 1, 1), version=1, checked_on=date(2026, 11, 23),
    )  # fmt: skip


def explained(rule: Rule, day: date, at: time = time(9)) -> engine.Explanation:
    return engine.explain(rule, triggered_at=datetime.combine(day, at, engine.PACIFIC))


@given(rules(), start_days)
def test_the_nominal_date_is_never_after_the_last_lawful_one(rule, day):
    result = explained(rule, day)

    assert result.nominal <= result.last_lawful
    assert result.act_on is not None
    if rule.direction == "opens":
        assert all(
            due <= result.act_on for due in (result.nominal, result.last_lawful, *dict(result.readings))
        )
    else:
        every = [result.nominal, result.last_lawful, *dict(result.readings)]
        assert (result.act_on, result.late_after) == (min(every), max(every))


@given(rules([("calendar_days", "R"), ("calendar_days", "R?"), ("months", "R")]), start_days)
def test_a_rolled_day_is_open_and_everything_before_it_closed(rule, day):
    result = explained(rule, day)
    nominal, last = result.nominal.date(), result.last_lawful.date()

    assert judicial.is_open(last)
    assert not any(judicial.is_open(nominal + timedelta(days=n)) for n in range((last - nominal).days))


@given(rules([("business_days", "B")]), start_days)
def test_the_amount_is_the_number_of_open_days(rule, day):
    last = explained(rule, day).last_lawful.date()

    counted = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(state_office.is_open(each) for each in counted) == rule.amount
    assert state_office.is_open(last)


@given(rules(), start_days, st.integers(0, 400), st.times(), st.times())
def test_a_later_trigger_never_gives_an_earlier_date(rule, day, apart, one, other):
    first, second = (day, one), (day + timedelta(days=apart), other)
    # Compared as instants: twice a year the order of wall times is not the order of time.
    first, second = sorted(
        [first, second], key=lambda each: datetime.combine(*each, engine.PACIFIC).timestamp()
    )

    earlier, later = explained(rule, *first), explained(rule, *second)

    assert earlier.nominal.timestamp() <= later.nominal.timestamp()
    assert earlier.last_lawful.timestamp() <= later.last_lawful.timestamp()


@given(rules(), start_days)
def test_the_readings_differ_from_the_date_and_come_once(rule, day):
    result = explained(rule, day)
    dues = [due for due, _ in result.readings]

    assert dues == sorted(set(dues))
    assert result.last_lawful not in dues
    assert result.ambiguous is bool(dues)


def read_date(words: str) -> date:
    """Read "Thu, Nov 26, 2026" and hold it to its weekday."""
    weekday, month, number, year = re.fullmatch(r"(\w+), (\w+) (\d+), (\d+)", words).groups()
    day = date(int(year), MONTHS[month], int(number))
    assert calendar.day_abbr[day.weekday()] == weekday
    return day


def months_on(day: date, amount: int) -> date:
    month = day.month - 1 + amount
    year, month = day.year + month // 12, month % 12 + 1
    while True:
        try:
            return day.replace(year=year, month=month)
        except ValueError:
            day -= timedelta(days=1)


def recomputed(sentences: tuple[str, ...]) -> tuple[date, date]:
    """Work the nominal and the last day out again from the words alone."""
    text = "\n".join(sentences)
    day = r"(\w+, \w+ \d+, \d+)"
    start = read_date(re.search(rf"The clock starts from {day}, when ", text)[1])
    amount, unit = re.search(
        r"The law gives (\d+) (calendar day|business day|calendar month)s?\.", text
    ).groups()
    closed = {read_date(each) for each in re.findall(rf"^{day} is closed: .+\.$", text, re.MULTILINE)}
    stays = "This clock does not move" in text
    if unit == "business day":
        last = start
        for _ in range(int(amount)):
            last += timedelta(days=1)
            while last in closed:
                last += timedelta(days=1)
        return last, last
    nominal = (
        months_on(start, int(amount)) if unit == "calendar month" else start + timedelta(days=int(amount))
    )
    last = nominal
    while not stays and last in closed:
        last += timedelta(days=1)
    return nominal, last


@given(rules([shape for shape in SHAPES if shape[1] != "H"]), start_days)
def test_the_working_can_be_recomputed_from_its_sentences(rule, day):
    result = explained(rule, day)

    assert recomputed(result.sentences) == (result.nominal.date(), result.last_lawful.date())
    said = re.search(
        r"(?:The last day is|to the next open day:) (.+)\.$", "\n".join(result.sentences), re.MULTILINE
    )
    assert read_date(said[1]) == result.last_lawful.date()


def read_instant(words: str) -> datetime:
    """Read "1:30 am PST on Sun, Nov 1, 2026"."""
    hour, minute, half, zone, day = re.fullmatch(r"(\d+):(\d+) (am|pm) (P[SD]T) on (.+)", words).groups()
    of_day = time(int(hour) % 12 + 12 * (half == "pm"), int(minute))
    return datetime.combine(read_date(day), of_day, timezone(timedelta(hours=-8 if zone == "PST" else -7)))


@given(shipped.filter(lambda rule: not rule.by_the_clock), start_days)
def test_the_working_of_every_shipped_rule_can_be_recomputed(rule, day):
    result = explained(rule, max(day, rule.in_force_from))

    assert recomputed(result.sentences) == (result.nominal.date(), result.last_lawful.date())


@given(shipped.filter(lambda rule: rule.by_the_clock), start_days, whole_minutes)
def test_the_working_of_every_rule_in_hours_can_be_recomputed(rule, day, at):
    result = explained(rule, max(day, rule.in_force_from), at)
    text = "\n".join(result.sentences)

    start = read_instant(re.search(r"The clock starts from (.+?), when ", text)[1])
    amount, unit = re.search(r"The law gives (\d+) elapsed (hour|minute)s?\.", text).groups()
    last = read_instant(re.search(r"The last moment is (.+)\.", text)[1])
    assert start + timedelta(**{f"{unit}s": int(amount)}) == last == result.last_lawful


@given(rules(), start_days)
def test_the_strip_of_days_runs_from_the_nominal_to_the_last_day(rule, day):
    result = explained(rule, day)

    if rule.by_the_clock:
        assert result.days == ()
    else:
        assert (result.days[0].date, result.days[-1].date) == (
            result.nominal.date(),
            result.last_lawful.date(),
        )
        assert all(bool(name) is closed for _, closed, name in result.days)

"""Which days are closed, in which list of holidays, and counting along them.

Pure: the lists are `calendars/holidays.toml`; nothing here reads a clock or a database.
"""

import calendar as month_lengths
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

HOLIDAYS_FILE = Path(__file__).parent / "calendars" / "holidays.toml"
WEEKEND = "Weekend"

PACIFIC = ZoneInfo("America/Los_Angeles")

ONE_DAY = timedelta(days=1)
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
_WEEKDAYS = {"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4}
# Observed days are a California rule; the federal ones are for pay and leave only.
_NEVER_MOVES = frozenset({"federal"})
# Not strftime: the words must not follow the server's locale.
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class CalendarFileError(ValueError):
    """The holiday file is not what the calendars can read."""


@dataclass(frozen=True, slots=True)
class _Holiday:
    name: str
    calendars: tuple[str, ...]
    month: int = 0
    day: int = 0
    weekday: str = ""
    nth: int = 0
    days_after: int = 0
    from_year: int = date.min.year
    to_year: int = date.max.year
    moves: bool = False
    saturday_to_friday: bool = False

    def falls_on(self, year: int) -> date | None:
        if not self.from_year <= year <= self.to_year:
            return None
        if self.day:
            return date(year, self.month, self.day)
        last = month_lengths.monthrange(year, self.month)[1]
        days = [
            day
            for number in range(1, last + 1)
            if (day := date(year, self.month, number)).weekday() == _WEEKDAYS[self.weekday]
        ]
        return days[self.nth - 1 if self.nth > 0 else self.nth] + timedelta(days=self.days_after)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Everything the holiday file says."""

    calendars: Mapping[str, Mapping[str, object]]
    holidays: tuple[_Holiday, ...]
    dated: tuple[tuple[str, tuple[str, ...], tuple[date, ...]], ...]


@cache
def _lists() -> _Lists:
    with HOLIDAYS_FILE.open("rb") as file:
        raw = tomllib.load(file)
    try:
        holidays = tuple(
            _Holiday(**{**entry, "calendars": tuple(entry["calendars"])}) for entry in raw["holiday"]
        )
        dated = tuple((each["name"], tuple(each["calendars"]), tuple(each["dates"])) for each in raw["dated"])
    except (KeyError, TypeError) as error:
        raise CalendarFileError(f"{HOLIDAYS_FILE.name}: {error}") from error
    return _Lists(calendars=raw["calendar"], holidays=holidays, dated=dated)


@cache
def _names(key: str, year: int) -> Mapping[date, str]:
    names: dict[date, str] = {}
    observed: dict[date, str] = {}
    for holiday in _lists().holidays:
        day = holiday.falls_on(year) if key in holiday.calendars else None
        if day is None:
            continue
        names[day] = holiday.name
        if key in _NEVER_MOVES:
            continue
        if holiday.moves and day.weekday() == SUNDAY:
            observed[day + ONE_DAY] = f"{holiday.name} (observed)"
        if holiday.saturday_to_friday and day.weekday() == SATURDAY:
            observed[day - ONE_DAY] = f"{holiday.name} (observed)"
    for name, calendars, dates in _lists().dated:
        if key in calendars:
            for day in dates:
                if day.year == year:
                    names.setdefault(day, name)
    return observed | names


@dataclass(frozen=True, slots=True)
class Calendar:
    """One list of holidays, Monday to Friday.

    Days are calendar dates in California. `extra` are further lists whose holidays are closed too;
    `saturday_fridays` also closes a Friday whose Saturday is a holiday of CCP 135, as the Judicial
    Council may order.
    """

    key: str
    extra: tuple[str, ...] = ()
    saturday_fridays: bool = False
    _closed: dict[date, str | None] = field(default_factory=dict, repr=False, compare=False, hash=False)

    @property
    def title(self) -> str:
        """Return what the list is called in a sentence."""
        return str(_lists().calendars[self.key]["title"])

    @property
    def verified_from(self) -> date:
        """Return the first day for which the list has been checked."""
        return _as_date(_lists().calendars[self.key]["verified_from"])

    @property
    def verified_to(self) -> date:
        """Return the last day for which the list has been checked."""
        return _as_date(_lists().calendars[self.key]["verified_to"])

    def is_verified(self, day: date) -> bool:
        """Tell whether `day` lies inside the checked years of the list."""
        return self.verified_from <= day <= self.verified_to

    def name_of(self, day: date) -> str | None:
        """Return the name of the holiday on `day`, None if it is not one. A weekend is not a holiday."""
        for key in (self.key, *self.extra):
            name = _names(key, day.year).get(day)
            if name is not None:
                return name
        if self.saturday_fridays:
            saturday = holiday_on_the_saturday(day)
            return f"the Friday before {saturday}" if saturday else None
        return None

    def closed_name(self, day: date) -> str | None:
        """Return why `day` is closed: the holiday's name or "Weekend"; None if it is open."""
        try:
            return self._closed[day]
        except KeyError:
            name = self.name_of(day) or (WEEKEND if day.weekday() >= SATURDAY else None)
            if len(self._closed) < 20_000:  # the range of dates in use is decades; bounded all the same
                self._closed[day] = name
            return name

    def is_open(self, day: date) -> bool:
        """Tell whether `day` is a weekday that the list does not name."""
        return self.closed_name(day) is None

    def next_open(self, day: date) -> date:
        """Return `day` if it is open, else the first open day after it. Code of Civil Procedure § 12a."""
        while not self.is_open(day):
            day += ONE_DAY
        return day

    def rolled_past(self, day: date) -> date:
        """Return the first open day after `day`, whether or not `day` is open."""
        return self.next_open(day + ONE_DAY)

    def add_business_days(self, start: date, amount: int) -> date:
        """Return the `amount`-th open day after `start`, which does not count itself."""
        day = start
        for _ in range(amount):
            day = self.rolled_past(day)
        return day

    def and_also(self, other: "Calendar") -> "Calendar":
        """Return the calendar on which a day closed by either list is closed."""
        return _united(self.key, (*self.extra, other.key), self.saturday_fridays)

    def with_saturday_fridays(self) -> "Calendar":
        """Return the calendar that also closes the Friday before a Saturday court holiday."""
        return _united(self.key, self.extra, True)


@cache
def _united(key: str, extra: tuple[str, ...], saturday_fridays: bool) -> Calendar:
    return Calendar(key, extra, saturday_fridays)


def _as_date(value: object) -> date:
    if not isinstance(value, date):
        raise CalendarFileError(f"{HOLIDAYS_FILE.name}: {value!r} is not a date")
    return value


judicial = Calendar("judicial")
state_office = Calendar("state_office")
gov_6700 = Calendar("gov_6700")
federal = Calendar("federal")


def holiday_on_the_saturday(day: date) -> str | None:
    """Return the court holiday on the Saturday after `day`, if `day` is a Friday the courts are open.

    For such a holiday the Judicial Council may name another day, typically this Friday.
    Code of Civil Procedure § 135.
    """
    if day.weekday() != FRIDAY or not judicial.is_open(day):
        return None
    return judicial.name_of(day + ONE_DAY)


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    day = first
    while day <= last:
        yield day
        day += ONE_DAY


def add_months(start: date, amount: int) -> date:
    """Return the same day-number `amount` calendar months on, or the last day of a shorter month.

    Civil Code § 14(b)(4).

    Raises:
        OverflowError: the date lies beyond the last year a date can have.
    """
    year, month = _month_on(start, amount)
    return date(year, month, min(start.day, month_lengths.monthrange(year, month)[1]))


def add_federal_months(start: date, amount: int) -> date:
    """Return the same day-number `amount` months on, or the first of the month after a shorter one.

    45 CFR § 147.136(d)(2)(i).

    Raises:
        OverflowError: the date lies beyond the last year a date can have.
    """
    year, month = _month_on(start, amount)
    if start.day <= month_lengths.monthrange(year, month)[1]:
        return date(year, month, start.day)
    return date(*_month_on(date(year, month, 1), 1), 1)


def _month_on(start: date, amount: int) -> tuple[int, int]:
    months = start.year * 12 + (start.month - 1) + amount
    if months // 12 > date.max.year:
        raise OverflowError(f"{amount} months after {start} is past the end of the calendar")
    return months // 12, months % 12 + 1


def elapsed_on(start: datetime, length: timedelta) -> datetime:
    """Return the instant at which `length` has elapsed since `start`, in Pacific time."""
    return (start.astimezone(UTC) + length).astimezone(PACIFIC)


def wall_clock_on(start: datetime, length: timedelta) -> datetime:
    """Return the instant at which a wall clock in California shows `length` more than at `start`.

    A wall time that does not exist moves forward; one that occurs twice is the first.
    """
    wall = start.astimezone(PACIFIC).replace(tzinfo=None) + length
    # fold 0 is the first of two; through UTC and back, a time inside the gap comes out after it.
    return wall.replace(tzinfo=PACIFIC, fold=0).astimezone(UTC).astimezone(PACIFIC)


@lru_cache(maxsize=4096)
def end_of_day(day: date) -> datetime:
    """Return the last second of `day` in Pacific time."""
    return datetime.combine(day, time(23, 59, 59), PACIFIC)


def short_day(day: date) -> str:
    """Return `day` as people read it beside a year: "Thu, Nov 26"."""
    return f"{_DAY_NAMES[day.weekday()]}, {_MONTH_NAMES[day.month - 1]} {day.day}"


def full_day(day: date) -> str:
    """Return `day` as people read it on its own: "Thu, Nov 26, 2026"."""
    return f"{short_day(day)}, {day.year}"


def time_of_day(at: datetime) -> str:
    """Return the time of an aware instant: "11:00 am PDT"."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'} {at.tzname()}"

"""The one reader of time. Everything below the edge receives `now` as a parameter."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from advocacy.kernel.errors import Refusal

_OFFSET = re.compile(r"^(?P<sign>[+-]?)(?P<count>\d+)(?P<unit>[dhms])$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def parse_offset(text: str) -> timedelta:
    """Return the shift that `+31d`, `-6h`, `90m` or `` means.

    Raises:
        ImproperlyConfigured: the text is none of these.
    """
    if not text:
        return timedelta()
    match = _OFFSET.match(text)
    if match is None:
        raise ImproperlyConfigured(f"ADVOCACY_CLOCK_OFFSET must read like +31d or -6h, not {text!r}.")
    shift = timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
    return -shift if match["sign"] == "-" else shift


def now() -> datetime:
    """Return the present instant, aware, in UTC, shifted by `ADVOCACY_CLOCK_OFFSET` where that is allowed."""
    return unshifted() + parse_offset(settings.CLOCK_OFFSET)


def unshifted() -> datetime:
    """Return what this machine's own clock says: only to be held against another machine's."""
    return datetime.now(UTC)  # noqa: TID251 (this is the reader)


def day(instant: datetime, zone: str) -> date:
    """Return the calendar day of an instant in a named zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


@cache
def known_zone(name: str | None, *, otherwise: str) -> str:
    """Return the zone if this machine knows it, else the other: one wrong entry must silence nobody."""
    try:
        return ZoneInfo(name or otherwise).key
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise


class NoSuchHour(Refusal):
    words = "There is no such time on that day: the clocks went forward. Enter the time an hour later"


def instant_of(on: date, at: time, zone: str) -> datetime:
    """Return the instant at which a clock on the wall shows `at`; of a time that occurs twice, the first.

    Raises: NoSuchHour.
    """
    wall = datetime.combine(on, at, ZoneInfo(zone))
    if wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise NoSuchHour
    return wall

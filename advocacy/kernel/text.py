"""How dates and names read. One place, so that page, mail and feed say the same."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def short_day(day: date, *, today: date | None = None) -> str:
    """Return `Thu, Nov 26`, with the year when it is not this year (or when `today` is not given: never)."""
    words = f"{day:%a}, {day:%b} {day.day}"
    return words if today is None or day.year == today.year else f"{words}, {day.year}"


def legal_day(day: date) -> str:
    """Return `Thu, Nov 26, 2026`: legal dates carry their year."""
    return f"{day:%a}, {day:%b} {day.day}, {day.year}"


def long_day(day: date, *, with_year: bool = False) -> str:
    """Return `Thursday, November 26`."""
    words = f"{day:%A}, {day:%B} {day.day}"
    return f"{words}, {day.year}" if with_year else words


def time_of_day(instant: datetime, zone: str) -> str:
    """Return `4:10 pm` in the zone."""
    return wall_time(instant.astimezone(ZoneInfo(zone)).time())


def wall_time(at: time) -> str:
    """Return `4:10 pm`."""
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """Return `1 day`, `3 days`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def initials(name: str) -> str:
    """Return up to two initials of a name."""
    words = [word for word in name.split() if word]
    picked = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0].upper() for word in picked) or "?"

"""Whenever the suite runs, people are written to: the clock is moved to ten in the morning."""

from datetime import timedelta
from typing import Any

from advocacy.kernel import clock
from cases.deadlines.calendars import PACIFIC


def move_to_morning(settings: Any) -> None:
    """Move the clock on to the next ten in the morning in California."""
    settings.CLOCK_OFFSET = morning_offset()


def morning_offset(*, days: int = 0) -> str:
    """Return the offset of ten in the morning so many days on, never back, as the environment takes it."""
    now = clock.now().astimezone(PACIFIC)
    morning = (now + timedelta(days=days)).replace(hour=10, minute=0)
    return f"{int(((morning if morning > now else morning + timedelta(days=1)) - now).total_seconds())}s"

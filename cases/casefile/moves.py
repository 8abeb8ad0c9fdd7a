"""Whose move a task is, and how its day reads. Pure.

Red is for rights that end and duties of law: a day that we chose, or that somebody promised, is amber
once it has come.
"""

from dataclasses import dataclass
from datetime import date

from advocacy.kernel.text import count_of, short_day

SOON_DAYS = 7
# Who promised, at the head of a task; whose move it is until the day; whom we ask after it.
PROMISED = {
    "plan": ("Plan", "The plan's move", "the plan"),
    "dmhc": ("DMHC", "DMHC's move", "DMHC"),
    "cdi": ("CDI", "CDI's move", "CDI"),
    "doctor": ("Doctor", "The doctor's move", "the doctor"),
    "client": ("Client", "The client's move", "the client"),
    "other": ("They", "Their move", "them"),
}


@dataclass(frozen=True)
class Move:
    """Who holds the pen, in words, and the two lines and the state of the badge."""

    whose: str
    state: str
    line1: str
    line2: str
    iso: str


def promised(by: str, promise: str) -> str:
    """Return what a task made from a promise is called: `Plan promised: call back`."""
    return f"{PROMISED[by][0]} promised: {promise}"


def move_of(*, promised_by: str, due_on: date, today: date) -> Move:
    """Return whose move an open task is on a day. `promised_by` is "" for a task of our own.

    What others promised is theirs until its day is over. From the next day on it is ours to ask.
    """
    day, left = short_day(due_on, today=today), (due_on - today).days
    if promised_by and left >= 0:
        line2 = f"by {day}" if left else "today"
        return Move(PROMISED[promised_by][1], "wait", "Promised", line2, due_on.isoformat())
    whose = f"Ours: ask {PROMISED[promised_by][2]}" if promised_by else "Ours"
    if left < 0:
        return Move(whose, "soon", f"{count_of(-left, 'day')} over", f"was {day}", due_on.isoformat())
    words = "Today" if left == 0 else f"{count_of(left, 'day')} left"
    return Move(whose, "soon" if left <= SOON_DAYS else "later", words, day, due_on.isoformat())

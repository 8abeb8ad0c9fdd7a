"""The parts that do rounds, how long each may be silent, and what its silence means. Pure.

A new part belongs here; `tests/reminders/test_watch.py` then asks by which route its silence is noticed, and
docs/reminders.md must say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Part:
    """A part: its name, what it does, and what a person does while it is silent for longer than `limit`."""

    limit: timedelta
    name: str
    does: str
    meanwhile: str


# Two rounds of each (advocacy/settings/schedule.py), and room for a slow one.
PARTS: dict[str, Part] = {
    "planner round": Part(
        timedelta(seconds=180), "The planner", "works out who is reminded of what, and when",
        "Work from Today: it does not need reminders.",
    ),
    "delivery round": Part(
        timedelta(seconds=60), "The sender of reminders", "sends the reminders that are due",
        "Work from Today: it does not need reminders. What is due waits, and goes when it is back.",
    ),
    "sender": Part(
        timedelta(seconds=120), "The sender that needs no bell", "does all of this when nothing rings",
        "While the bell rings nothing is late. Tell the operator: one of two ways is left.",
    ),
    "mail round": Part(
        timedelta(seconds=60), "The sender of other mail", "sends the digest, sign-in codes and invitations",
        "No digest, sign-in code or invitation arrives. What waits goes when it is back.",
    ),
    "beat": Part(
        timedelta(seconds=120), "The bell", "tells the other parts each minute that it is time",
        "Work from Today: it does not need reminders. What is due waits, and goes when it is back.",
    ),
    "digest round": Part(
        timedelta(minutes=11), "The daily digest",
        "tells owners and supervisors what is due, late or not seen, and looks for dates without a reminder",
        "Open Today in its place: it shows the same dates.",
    ),
    "watch round": Part(
        timedelta(seconds=180), "The watch", "writes to the operator when one of these parts stops",
        "Tell the operator yourself if something here has stopped.",
    ),
}  # fmt: skip
LIMITS = {key: part.limit for key, part in PARTS.items()}


class Beat(Protocol):
    """The mark that a part leaves of its last round."""

    @property
    def part(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def silent(beats: Iterable[Beat], now: datetime) -> dict[str, timedelta | None]:
    """Return the parts that are silent for too long: since when, or None for one that never ran."""
    last = {beat.part: beat.at for beat in beats}
    ages = {key: now - last[key] if key in last else None for key in PARTS}
    return {key: age for key, age in ages.items() if age is None or age > LIMITS[key]}

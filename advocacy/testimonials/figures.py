"""Under which heading of the public count a story falls. Pure."""

from collections.abc import Mapping
from typing import Final

from advocacy.testimonials import lifecycle

SHOWN, BEING_READ, ELSEWHERE = "shown", "being_read", "elsewhere"
_READING: Final = frozenset(
    {lifecycle.SUBMITTED, lifecycle.IN_REVIEW, lifecycle.WITH_AUTHOR, lifecycle.APPROVED}
)


def heading_of(*, state: str, sent: bool, on_site: bool, reason: str) -> str | None:
    """Return the heading a story counts under; None for one that was never sent to us."""
    if not sent:
        return None
    if state in _READING:
        return BEING_READ
    if state == lifecycle.PUBLISHED:
        return SHOWN if on_site else ELSEWHERE
    return reason if state == lifecycle.REJECTED else state


def moved(counts: Mapping[str, int], before: str | None, after: str | None) -> dict[str, int]:
    """Return the counts after one story went from one heading to another; none stands at zero."""
    changed = dict(counts)
    for heading, step in ((before, -1), (after, 1)):
        if heading is not None:
            changed[heading] = max(changed.get(heading, 0) + step, 0)
    return {heading: number for heading, number in changed.items() if number}

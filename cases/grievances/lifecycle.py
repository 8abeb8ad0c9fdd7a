"""The life of a grievance as a table. Pure."""

from typing import Final

DRAFT, FILED, ACKNOWLEDGED = "draft", "filed", "acknowledged"
UPHELD, PARTLY, OVERTURNED = "resolved_upheld", "resolved_partly", "resolved_overturned"

# From each state, where a grievance may go next.
MOVES: Final[dict[str, frozenset[str]]] = {
    DRAFT: frozenset({FILED}),
    FILED: frozenset({ACKNOWLEDGED, UPHELD, PARTLY, OVERTURNED}),
    ACKNOWLEDGED: frozenset({UPHELD, PARTLY, OVERTURNED}),
    UPHELD: frozenset(),
    PARTLY: frozenset(),
    OVERTURNED: frozenset(),
}

# A plan's answer, as the fact names it.
RESOLVED: Final[dict[str, str]] = {"upheld": UPHELD, "partly": PARTLY, "overturned": OVERTURNED}


def may_move(state: str, to: str) -> bool:
    """True if a grievance in `state` may become `to`."""
    return to in MOVES[state]

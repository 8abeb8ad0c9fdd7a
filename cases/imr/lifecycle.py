"""The life of an IMR filing as a table. Pure."""

from typing import Final

READY, SUBMITTED = "ready", "submitted"
UPHELD, OVERTURNED, IMPLEMENTED = "determined_upheld", "determined_overturned", "implemented"

# From each state, where a filing may go next.
MOVES: Final[dict[str, frozenset[str]]] = {
    READY: frozenset({SUBMITTED}),
    SUBMITTED: frozenset({UPHELD, OVERTURNED}),
    UPHELD: frozenset(),
    OVERTURNED: frozenset({IMPLEMENTED}),
    IMPLEMENTED: frozenset(),
}

# The department's decision, as the fact names it.
DETERMINED: Final[dict[str, str]] = {"upheld": UPHELD, "partly": OVERTURNED, "overturned": OVERTURNED}


def may_move(state: str, to: str) -> bool:
    """True if a filing in `state` may become `to`."""
    return to in MOVES[state]

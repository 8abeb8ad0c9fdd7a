"""The life of a story as a table. Pure."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

DRAFT, SUBMITTED, IN_REVIEW, WITH_AUTHOR, APPROVED = (
    "draft",
    "submitted",
    "in_review",
    "with_author",
    "approved",
)
PUBLISHED, REJECTED, WITHDRAWN, EXPIRED = "published", "rejected", "withdrawn", "expired"

AUTHOR, STAFF, CLOCK = "author", "staff", "clock"

# What must hold before a move.
OUTCOME = "outcome"  # the case has come to an end that is recorded
CONSENT = "consent"  # a signed permission for at least one place, which has not run out
APPROVAL = "approval"  # the author said yes to exactly the newest wording
PRIVACY = "privacy"  # somebody looked at every personal detail of the newest wording
REASON = "reason"  # a reason from the list


@dataclass(frozen=True)
class Move:
    """Who may make a move, and what it needs."""

    who: frozenset[str]
    needs: tuple[str, ...] = ()


_AUTHOR, _STAFF, _CLOCK = frozenset({AUTHOR}), frozenset({STAFF}), frozenset({CLOCK})
_EITHER = _AUTHOR | _STAFF
_SHOW: Final = Move(_STAFF, (CONSENT, APPROVAL, PRIVACY))
_REFUSE: Final = Move(_STAFF, (REASON,))
_TAKE_BACK: Final = Move(_EITHER)

# From where to where. What is not here cannot happen.
MOVES: Final[dict[tuple[str, str], Move]] = {
    (DRAFT, SUBMITTED): Move(_AUTHOR, (OUTCOME, CONSENT, APPROVAL)),
    (SUBMITTED, IN_REVIEW): Move(_STAFF),
    # The author looks at words that have passed the privacy check: what they say yes to can be shown.
    (IN_REVIEW, WITH_AUTHOR): Move(_STAFF, (PRIVACY,)),
    (WITH_AUTHOR, APPROVED): Move(_AUTHOR, (APPROVAL,)),
    # Somebody writes other words: staff again, or the author instead of a yes.
    (WITH_AUTHOR, IN_REVIEW): Move(_EITHER),
    (APPROVED, IN_REVIEW): Move(_STAFF),
    # Sent in and not changed by a letter: the author has said yes to these words already.
    (IN_REVIEW, PUBLISHED): _SHOW,
    (APPROVED, PUBLISHED): _SHOW,
    (SUBMITTED, REJECTED): _REFUSE,
    (IN_REVIEW, REJECTED): _REFUSE,
    (WITH_AUTHOR, REJECTED): _REFUSE,
    (APPROVED, REJECTED): _REFUSE,
    (DRAFT, WITHDRAWN): _TAKE_BACK,
    (SUBMITTED, WITHDRAWN): _TAKE_BACK,
    (IN_REVIEW, WITHDRAWN): _TAKE_BACK,
    (WITH_AUTHOR, WITHDRAWN): _TAKE_BACK,
    (APPROVED, WITHDRAWN): _TAKE_BACK,
    (PUBLISHED, WITHDRAWN): _TAKE_BACK,
    (PUBLISHED, EXPIRED): Move(_CLOCK),
}

STATES: Final = (
    DRAFT, SUBMITTED, IN_REVIEW, WITH_AUTHOR, APPROVED, PUBLISHED, REJECTED, WITHDRAWN, EXPIRED,
)  # fmt: skip
# An end: another story may be begun.
ENDED: Final = frozenset({REJECTED, WITHDRAWN, EXPIRED})
# Staff may change words only here, and the author only before, or when asked.
STAFF_EDITS: Final = frozenset({IN_REVIEW, WITH_AUTHOR, APPROVED})
AUTHOR_EDITS: Final = frozenset({DRAFT, WITH_AUTHOR})


def may_move(state: str, to: str, *, who: str) -> bool:
    """True if this party may bring a story in `state` to `to`."""
    move = MOVES.get((state, to))
    return move is not None and who in move.who


def missing(state: str, to: str, *, holds: Set[str]) -> tuple[str, ...]:
    """Return what a move still needs."""
    return tuple(need for need in MOVES[state, to].needs if need not in holds)

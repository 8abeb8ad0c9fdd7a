"""The life of a story as a table, and what each move needs."""

import itertools

import pytest

from advocacy.testimonials import lifecycle
from advocacy.testimonials.models import State

# The pairs as the product wants them, written down a second time on purpose.
LIFE = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"in_review", "rejected", "withdrawn"},
    "in_review": {"with_author", "published", "rejected", "withdrawn"},
    "with_author": {"approved", "in_review", "rejected", "withdrawn"},
    "approved": {"published", "in_review", "rejected", "withdrawn"},
    "published": {"withdrawn", "expired"},
    "rejected": set(),
    "withdrawn": set(),
    "expired": set(),
}
SHOWING = {"consent", "approval", "privacy"}


def test_the_table_holds_exactly_these_pairs():
    pairs = {(state, to) for state, after in LIFE.items() for to in after}

    assert set(lifecycle.MOVES) == pairs
    assert set(LIFE) == set(lifecycle.STATES) == set(State.values)


@pytest.mark.parametrize(("state", "to"), list(itertools.product(LIFE, LIFE)))
def test_nobody_makes_a_move_that_is_not_in_the_table(state, to):
    allowed = {who for who in ("author", "staff", "clock") if lifecycle.may_move(state, to, who=who)}

    assert bool(allowed) == (to in LIFE[state])


def test_only_the_clock_expires_and_only_the_author_sends_and_says_yes():
    assert lifecycle.MOVES["published", "expired"].who == {"clock"}
    assert lifecycle.MOVES["draft", "submitted"].who == {"author"}
    assert lifecycle.MOVES["with_author", "approved"].who == {"author"}
    assert all(lifecycle.may_move(state, "withdrawn", who="author") for state, to in LIFE.items() if to)


@pytest.mark.parametrize("state", ["in_review", "approved"])
def test_showing_needs_permission_yes_and_a_privacy_check(state):
    assert set(lifecycle.missing(state, "published", holds=set())) == SHOWING
    for need in SHOWING:
        assert lifecycle.missing(state, "published", holds=SHOWING - {need}) == (need,)

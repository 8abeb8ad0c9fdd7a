"""Whose move a task is, and how its day reads."""

from datetime import date, timedelta

import pytest

from cases.casefile.models import Party
from cases.casefile.moves import PROMISED, move_of, promised

TODAY = date(2026, 9, 15)


def move(days: int, promised_by: str = ""):
    return move_of(promised_by=promised_by, due_on=TODAY + timedelta(days=days), today=TODAY)


@pytest.mark.parametrize(
    ("days", "state", "line1", "line2"),
    [
        (-2, "soon", "2 days over", "was Sun, Sep 13"),
        (-1, "soon", "1 day over", "was Mon, Sep 14"),
        (0, "soon", "Today", "Tue, Sep 15"),
        (7, "soon", "7 days left", "Tue, Sep 22"),
        (8, "later", "8 days left", "Wed, Sep 23"),
        (200, "later", "200 days left", "Sat, Apr 3, 2027"),
    ],
)
def test_our_own_task_counts_to_its_day(days, state, line1, line2):
    found = move(days)

    assert (found.whose, found.state, found.line1, found.line2) == ("Ours", state, line1, line2)


def test_a_promise_is_theirs_until_its_day_is_over_and_then_ours_to_ask():
    before, on_the_day, after = (move(days, "plan") for days in (3, 0, -1))

    assert (before.whose, before.state, before.line2) == ("The plan's move", "wait", "by Fri, Sep 18")
    assert (on_the_day.whose, on_the_day.line2) == ("The plan's move", "today")
    assert (after.whose, after.state, after.line1) == ("Ours: ask the plan", "soon", "1 day over")


def test_no_day_that_we_chose_is_red():
    states = {move(days, by).state for days in range(-30, 30) for by in ("", "plan")}

    assert states == {"soon", "later", "wait"}


def test_everybody_with_whom_we_speak_may_promise():
    assert set(PROMISED) == set(Party.values)
    assert promised("doctor", "a letter") == "Doctor promised: a letter"

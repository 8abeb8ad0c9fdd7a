"""Where a form stands on a day, by hand: signatures, the last day, the end."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.clients.authority import Held, State, Terms, best, sentence, standing_on

SIGNED, LAST = date(2026, 3, 2), date(2027, 3, 1)
FORM = "Authorized Assistant Form"


def terms(**fields: Any) -> Terms:
    said = {
        "body": "dmhc",
        "form": FORM,
        "both_sign": True,
        "client_signed_on": SIGNED,
        "representative_signed_on": SIGNED,
        "expires_on": LAST,
    }
    return Terms(**(said | fields))


def held(day: date, who: str = "María Reyes", ended_on: date | None = None, **fields: Any) -> Held:
    found = terms(**fields)
    return Held(found, who, standing_on(found, day, ended_on=ended_on))


@pytest.mark.parametrize(
    ("day", "state", "words", "days_left"),
    [
        (date(2026, 3, 1), State.UNSIGNED, "Missing signature of client and representative", None),
        (date(2026, 3, 2), State.IN_FORCE, "In force", 364),
        (date(2027, 1, 29), State.IN_FORCE, "In force", 31),
        (date(2027, 1, 30), State.ENDS_SOON, "Ends in 30 days", 30),
        (date(2027, 2, 28), State.ENDS_SOON, "Ends in 1 day", 1),
        (date(2027, 3, 1), State.ENDS_SOON, "Ends today", 0),
        (date(2027, 3, 2), State.EXPIRED, "Expired", None),
    ],
)
def test_a_form_is_in_force_from_its_signatures_to_its_last_day(day, state, words, days_left):
    standing = standing_on(terms(), day)

    assert (standing.state, standing.words, standing.days_left) == (state, words, days_left)
    assert standing.in_force == (state in {State.IN_FORCE, State.ENDS_SOON})
    assert bool(standing.why) != standing.in_force


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"client_signed_on": None}, ["client"]),
        ({"representative_signed_on": None}, ["representative"]),
        ({"client_signed_on": None, "representative_signed_on": None}, ["client", "representative"]),
        ({"client_signed_on": None, "stands_instead": "power of attorney"}, []),
        ({"representative_signed_on": None, "stands_instead": "power of attorney"}, ["representative"]),
        ({"representative_signed_on": None, "both_sign": False}, []),
        ({"client_signed_on": None, "both_sign": False}, ["client"]),
    ],
)
def test_a_form_waits_for_the_signatures_it_needs(fields, lacks):
    day = SIGNED + timedelta(days=5)

    assert terms(**fields).missing_on(day) == lacks
    assert standing_on(terms(**fields), day).in_force == (not lacks)


def test_a_form_that_names_no_last_day_stays_in_force():
    standing = standing_on(terms(expires_on=None), date(2099, 1, 1))

    assert (standing.state, standing.days_left) == (State.IN_FORCE, None)


def test_the_day_somebody_ends_a_form_it_speaks_no_more_whatever_else_it_says():
    ended_on = date(2026, 6, 1)

    before, on = (standing_on(terms(), day, ended_on=ended_on) for day in (date(2026, 5, 31), ended_on))

    assert before.state == State.IN_FORCE
    assert on.state == State.ENDED
    assert standing_on(terms(client_signed_on=None), ended_on, ended_on=ended_on).state == State.ENDED


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(-40, 400))
def test_the_answer_turns_exactly_on_the_day_after_the_last(signed_on, lasts):
    last = signed_on + timedelta(days=max(lasts, 0))
    form = terms(client_signed_on=signed_on, representative_signed_on=signed_on, expires_on=last)

    assert standing_on(form, last).in_force
    assert not standing_on(form, last + timedelta(days=1)).in_force


def test_what_a_body_does_is_said_with_names_and_days():
    day = date(2026, 11, 25)
    release = {"body": "records", "form": "Release"}

    said = [
        sentence("dmhc", []),
        sentence("dmhc", [held(day, client_signed_on=None)]),
        sentence("cdi", [held(day, client_signed_on=None, representative_signed_on=None)]),
        sentence("plan", [held(day, expires_on=date(2026, 10, 30))]),
        sentence("dmhc", [held(day, ended_on=date(2026, 11, 2))]),
        sentence("records", [held(day, **release), held(day, "Bob Ortega", expires_on=None, **release)]),
    ]

    assert said == [
        "DMHC will not speak with us yet: no form is on file.",
        f"DMHC will not speak with us yet: “{FORM}” lacks the client’s signature.",
        f"CDI will not speak with us yet: “{FORM}” lacks the client’s signature and the representative’s "
        "signature.",
        f"The plan no longer speaks with us: “{FORM}” expired on Fri, Oct 30, 2026.",
        f"DMHC no longer speaks with us: “{FORM}” was ended on Mon, Nov 2, 2026.",
        "Records may go to María Reyes until Mon, Mar 1, 2027 and Bob Ortega (the form names no last day).",
    ]


def test_of_several_forms_the_one_that_lasts_longest_counts_or_the_one_nearest_to_it():
    day = date(2026, 11, 25)
    short, long = held(day, expires_on=date(2026, 12, 1)), held(day)
    waiting, gone = held(day, client_signed_on=None), held(day, expires_on=date(2026, 11, 1))
    ended = held(day, ended_on=date(2026, 11, 1))

    assert best([waiting, short, long, gone]) is long
    assert best([ended, gone, waiting]) is waiting
    assert best([ended, gone]) is gone
    assert best([]) is None

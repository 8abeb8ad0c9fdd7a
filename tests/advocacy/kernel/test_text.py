"""How dates, counts and names read: the same on page, mail and feed."""

from datetime import UTC, date, datetime

import pytest

from advocacy.kernel import text

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (None, "Thu, Nov 26"),
        (date(2026, 1, 1), "Thu, Nov 26"),
        (date(2025, 12, 31), "Thu, Nov 26, 2026"),
        (date(2027, 1, 1), "Thu, Nov 26, 2026"),
    ],
)
def test_a_short_day_carries_its_year_only_where_it_is_another(today, words):
    assert text.short_day(DAY, today=today) == words


def test_a_legal_day_always_carries_its_year():
    assert text.legal_day(DAY) == "Thu, Nov 26, 2026"
    assert text.legal_day(date(2027, 3, 1)) == "Mon, Mar 1, 2027"


def test_a_long_day_is_written_out():
    assert text.long_day(DAY) == "Thursday, November 26"
    assert text.long_day(DAY, with_year=True) == "Thursday, November 26, 2026"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(7, "12:05 am"), (8, "1:05 am"), (18, "11:05 am"), (19, "12:05 pm"), (23, "4:05 pm"), (6, "11:05 pm")],
)
def test_a_time_of_day_is_the_zones_own(hour, words):
    instant = datetime(2026, 9, 15, hour, 5, tzinfo=UTC)

    assert text.time_of_day(instant, "America/Los_Angeles") == words


@pytest.mark.parametrize(("number", "words"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (100, "100 days")])
def test_a_count_agrees_with_its_noun(number, words):
    assert text.count_of(number, "day") == words


def test_a_noun_may_have_a_plural_of_its_own():
    assert (text.count_of(1, "person", "people"), text.count_of(2, "person", "people")) == (
        "1 person", "2 people",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Bob Ortega", "BO"), ("Suharto", "S"), ("Ana María de la Cruz", "AC"), ("  ada  ", "A"),
        ("김 수아", "김수"), ("", "?"), ("   ", "?"), ("x@y.example", "X"),
    ],
)  # fmt: skip
def test_initials_come_from_the_first_and_the_last_word(name, initials):
    assert text.initials(name) == initials

"""When a deadline is spoken of: the steps, and the hour at which each leaves."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.planning import SEND_AT, Step, send_instant, steps

ZONES = ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu", "America/Phoenix"]
DUE = date(2026, 10, 20)
days = st.dates(date(2020, 1, 1), date(2045, 12, 31))


def steps_of(direction: str, *, today: date, **facts: object) -> list[Step]:
    given: dict[str, object] = {"act_on": DUE, "late_after_on": None, "opens_on": None, "seen": False}
    given |= {"zone": "America/Los_Angeles"} | facts
    return steps(direction=direction, today=today, **given)  # type: ignore[arg-type]


def named(found: list[Step]) -> list[tuple[str, date]]:
    return [(step.name, step.on) for step in found]


def test_our_own_date_is_told_at_30_14_7_3_and_1_days_and_on_the_day():
    found = steps_of("ours", today=date(2026, 9, 1))

    assert named(found) == [
        ("T-30", date(2026, 9, 20)), ("T-14", date(2026, 10, 6)), ("T-7", date(2026, 10, 13)),
        ("T-3", date(2026, 10, 17)), ("T-1", date(2026, 10, 19)), ("T-0", DUE),
    ]  # fmt: skip


@given(st.integers(1, 400))
def test_an_overdue_date_of_ours_is_told_every_day_while_nobody_has_seen_it(late):
    today = DUE + timedelta(days=late)

    unseen, seen = steps_of("ours", today=today), steps_of("ours", today=today, seen=True)

    assert named(unseen)[-1] == ("overdue", today)
    assert named(seen) == named(unseen)[:-1]


def test_on_its_last_day_a_date_of_ours_is_not_overdue_yet():
    assert named(steps_of("ours", today=DUE))[-1] == ("T-0", DUE)


def test_their_date_is_told_the_day_after_it_is_late_and_then_weekly():
    found = steps_of("theirs", today=DUE + timedelta(days=16), late_after_on=DUE + timedelta(days=1))

    assert named(found) == [
        ("missed", DUE + timedelta(days=2)),
        ("still missed", DUE + timedelta(days=9)),
        ("still missed", DUE + timedelta(days=16)),
    ]


def test_their_date_without_a_later_reading_is_late_the_day_after_it():
    assert named(steps_of("theirs", today=DUE)) == [("missed", DUE + timedelta(days=1))]


def test_a_step_that_opens_is_told_the_morning_it_opens():
    found = steps_of("opens", today=date(2026, 9, 1), opens_on=date(2026, 10, 5))

    assert named(found) == [("opens", date(2026, 10, 5))]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2),
                                 date(2027, 3, 13), date(2027, 3, 14), date(2027, 3, 15)])  # fmt: skip
def test_a_reminder_leaves_at_eight_in_the_morning_across_both_clock_changes(zone, day):
    local = send_instant(day, zone).astimezone(ZoneInfo(zone))

    assert (local.date(), local.time()) == (day, time(8))


def test_the_instant_moves_with_the_clock_change_and_not_where_there_is_none():
    before, after = date(2026, 10, 31), date(2026, 11, 1)

    assert send_instant(before, "America/Los_Angeles") == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert send_instant(after, "America/Los_Angeles") == datetime(2026, 11, 1, 16, tzinfo=UTC)
    assert send_instant(after, "America/New_York") == datetime(2026, 11, 1, 13, tzinfo=UTC)
    assert send_instant(date(2027, 3, 14), "America/New_York") == datetime(2027, 3, 14, 12, tzinfo=UTC)
    assert send_instant(before, "Pacific/Honolulu") == datetime(2026, 10, 31, 18, tzinfo=UTC)
    assert send_instant(after, "America/Phoenix") == datetime(2026, 11, 1, 15, tzinfo=UTC)


def test_an_hour_that_is_missing_moves_forward():
    # Samoa crossed the date line: its 30 December 2011 never was.
    local = send_instant(date(2011, 12, 30), "Pacific/Apia").astimezone(ZoneInfo("Pacific/Apia"))

    assert local.replace(tzinfo=None) == datetime(2011, 12, 31, 8)


def test_of_an_hour_that_comes_twice_the_first_is_used():
    # Kwajalein crossed it the other way: its 30 September 1969 came twice.
    first = send_instant(date(1969, 9, 30), "Pacific/Kwajalein")

    second = datetime(1969, 9, 30, 8, fold=1, tzinfo=ZoneInfo("Pacific/Kwajalein")).astimezone(UTC)
    assert first == datetime(1969, 9, 29, 21, tzinfo=UTC)
    assert second - first == timedelta(hours=23)


@given(days, st.sampled_from(ZONES))
def test_every_day_has_one_morning_and_mornings_keep_their_order(day, zone):
    here, next_one = send_instant(day, zone), send_instant(day + timedelta(days=1), zone)

    assert here.astimezone(ZoneInfo(zone)).time() == SEND_AT
    assert timedelta(hours=23) <= next_one - here <= timedelta(hours=25)


@given(days, st.integers(0, 60), st.sampled_from(["ours", "theirs", "opens"]), st.booleans())
def test_a_run_that_is_skipped_loses_no_step(today, skipped, direction, seen):
    """A step never depends on the day it is asked for: a planner that was away finds all of them."""
    later = today + timedelta(days=skipped)
    facts = {"act_on": today + timedelta(days=20), "seen": seen}

    before, after = steps_of(direction, today=today, **facts), steps_of(direction, today=later, **facts)

    assert {step for step in before if step.name != "overdue"} <= set(after)


@given(days, st.integers(-400, 400), st.sampled_from(["ours", "theirs", "opens"]), st.sampled_from(ZONES))
def test_steps_come_in_order_and_each_only_once(today, ahead, direction, zone):
    found = steps_of(direction, today=today, act_on=today + timedelta(days=ahead), zone=zone)

    assert [step.send_at for step in found] == sorted({step.send_at for step in found})
    assert len({(step.name, step.on) for step in found}) == len(found)


@given(days, st.integers(0, 400), st.sampled_from(["ours", "theirs"]))
def test_no_open_date_that_has_passed_is_ever_without_a_step_of_the_last_week(today, late, direction):
    found = steps_of(direction, today=today, act_on=today - timedelta(days=late + 1))

    newest = max(step.on for step in found)
    assert today - timedelta(days=7) < newest <= today

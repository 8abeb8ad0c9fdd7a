"""When a deadline is spoken of: the steps, and the hour at which each leaves."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.deadlines.calendars import PACIFIC, end_of_day
from reminders.planning import LONG_AGO, ORDINARY, Shape, Step, leaves_at, steps, working_days_before
from reminders.planning import send_instant as instant
from reminders.policy import DEFAULT, Policy

ZONES = ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu", "America/Phoenix"]
DUE = date(2026, 10, 20)
SEND_AT = DEFAULT.send_at
days = st.dates(date(2020, 1, 1), date(2045, 12, 31))


def send_instant(day: date, zone: str) -> datetime:
    return instant(day, zone, SEND_AT)


def all_steps_of(
    direction: str,
    *,
    today: date,
    act_on: date = DUE,
    seen: bool = False,
    zone: str = "America/Los_Angeles",
    fresh: datetime = LONG_AGO,
    policy: Policy = DEFAULT,
) -> list[Step]:
    due = datetime.combine(act_on, time(), PACIFIC) if direction == "opens" else end_of_day(act_on)
    return steps(Shape(direction, False, due, seen, fresh), policy, today=today, zone=zone)


def steps_of(direction: str, **facts: object) -> list[Step]:
    """Only those of whoever is told anyhow."""
    return [step for step in all_steps_of(direction, **facts) if step.rung == ORDINARY]  # type: ignore[arg-type]


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
    found = steps_of("theirs", today=DUE + timedelta(days=16), act_on=DUE + timedelta(days=1))

    assert named(found) == [
        ("missed", DUE + timedelta(days=2)),
        ("still missed", DUE + timedelta(days=9)),
        ("still missed", DUE + timedelta(days=16)),
    ]


def test_their_date_is_late_the_day_after_it():
    assert named(steps_of("theirs", today=DUE)) == [("missed", DUE + timedelta(days=1))]


def test_a_step_that_opens_is_told_the_morning_it_opens():
    found = steps_of("opens", today=date(2026, 9, 1), act_on=date(2026, 10, 5))

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

    assert [step.at for step in found] == sorted({step.at for step in found})
    assert len({(step.name, step.on) for step in found}) == len(found)


@given(days, st.integers(0, 400), st.sampled_from(["ours", "theirs"]))
def test_no_open_date_that_has_passed_is_ever_without_a_step_of_the_last_week(today, late, direction):
    found = steps_of(direction, today=today, act_on=today - timedelta(days=late + 1))

    newest = max(step.on for step in found)
    assert today - timedelta(days=7) < newest <= today


def rungs(found: list[Step]) -> list[tuple[int, datetime]]:
    return [(step.rung, step.at) for step in found if step.rung > ORDINARY]


def morning(day: date) -> datetime:
    return send_instant(day, "America/Los_Angeles")


def test_while_nobody_has_seen_it_the_ladder_is_climbed_from_three_working_days_before():
    # A Tuesday; the Monday of the week before is Columbus Day, on which the state works.
    found = all_steps_of("ours", today=date(2026, 9, 1))

    assert rungs(found) == [
        (1, morning(date(2026, 10, 15))), (2, morning(date(2026, 10, 16))),
        (3, morning(date(2026, 10, 19))), (4, morning(DUE)),
    ]  # fmt: skip
    assert not rungs(all_steps_of("ours", today=date(2026, 9, 1), seen=True))
    assert not rungs(all_steps_of("theirs", today=DUE + timedelta(days=30)))


def test_whoever_owns_the_case_has_hours_before_others_hear_of_a_date_that_came_up_late():
    fresh = morning(DUE - timedelta(days=1))

    found = all_steps_of("ours", today=DUE - timedelta(days=1), fresh=fresh)

    assert [at - fresh for _, at in rungs(found)] == [timedelta(hours=hours) for hours in (4, 8, 12, 24)]


def test_working_days_are_those_of_the_states_offices():
    # Over Thanksgiving and the day after it, and a weekend.
    assert working_days_before(date(2026, 11, 30), 3) == date(2026, 11, 23)
    assert working_days_before(date(2026, 11, 30), 0) == date(2026, 11, 30)


def test_a_clock_in_hours_is_told_at_once_and_at_24_6_and_1_hours():
    begun = datetime(2026, 10, 18, 17, tzinfo=UTC)
    due = begun + timedelta(hours=72)

    found = steps(
        Shape("ours", True, due, False, begun), DEFAULT, today=date(2026, 10, 18), zone="Pacific/Honolulu"
    )

    before = [(step.name, due - step.at) for step in found if step.rung == ORDINARY]
    hours = [timedelta(hours=hours) for hours in (72, 24, 6, 1, 0)]
    assert before == list(zip(["at once", "T-24h", "T-6h", "T-1h", "T-0h"], hours, strict=True))
    assert [due - at for _, at in rungs(found)] == [timedelta(hours=hours) for hours in (12, 6, 3, 1)]


def test_a_policy_changes_the_days_the_hour_and_the_ladder():
    policy = Policy(ours_days=(10, 2, 0), escalate_days=1, send_at=time(9, 30), theirs_every_days=3)

    ours = all_steps_of("ours", today=date(2026, 9, 1), policy=policy)
    theirs = all_steps_of("theirs", today=DUE + timedelta(days=8), policy=policy)

    assert [step.name for step in ours if step.rung == ORDINARY] == ["T-10", "T-2", "T-0"]
    assert {step.at.astimezone(PACIFIC).time() for step in ours} == {time(9, 30)}
    assert [day.astimezone(PACIFIC).date() for _, day in rungs(ours)] == [
        DUE - timedelta(days=1),
        DUE,
        DUE,
        DUE,
    ]
    assert [step.on - DUE for step in theirs] == [timedelta(days=days) for days in (1, 4, 7)]


@pytest.mark.parametrize(
    ("local", "mailed", "alone", "leaves"),
    [
        ("10:00", False, False, "same"),
        ("03:00", False, False, "08:00"),
        ("07:30", False, False, "08:00"),
        ("07:30", False, True, "same"),
        ("03:00", False, True, "07:00"),
        ("21:00", False, False, "next 08:00"),
        ("21:00", False, True, "next 07:00"),
        ("10:00", True, False, "next 08:00"),
        ("10:00", True, True, "same"),
    ],
)
def test_what_is_due_leaves_at_an_hour_when_people_are_written_to(local, mailed, alone, leaves):
    zone, day = ZoneInfo("America/Los_Angeles"), date(2026, 10, 31)
    now = datetime.combine(day, time.fromisoformat(local), zone)

    at = leaves_at(
        now, zone=str(zone), policy=DEFAULT, mailed_on=day if mailed else day - timedelta(days=1), alone=alone
    )

    if leaves == "same":
        assert at == now
    else:
        # The clocks go back in the night that follows.
        on = day + timedelta(days=1) if leaves.startswith("next") else day
        assert at == datetime.combine(on, time.fromisoformat(leaves.removeprefix("next ")), zone)


@given(st.datetimes(datetime(2026, 10, 30), datetime(2026, 11, 3), timezones=st.just(UTC)),
       st.sampled_from(ZONES), st.booleans(), st.booleans())  # fmt: skip
def test_nothing_but_a_clock_in_hours_leaves_in_the_quiet_hours(now, zone, alone, mailed):
    local = now.astimezone(ZoneInfo(zone))

    at = leaves_at(now, zone=zone, policy=DEFAULT, mailed_on=local.date() if mailed else None, alone=alone)

    assert now <= at <= now + timedelta(hours=36)
    assert time(7) <= at.astimezone(ZoneInfo(zone)).time() < time(20)
    assert leaves_at(at, zone=zone, policy=DEFAULT, alone=alone) == at
    assert leaves_at(now, zone=zone, policy=DEFAULT, by_hour=True) == now

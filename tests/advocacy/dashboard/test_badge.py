"""The due badge: shape and words for each state, days counted as calendar days."""

from datetime import date, datetime, timedelta

import pytest

from cases.deadlines.engine import PACIFIC
from cases.deadlines.wording import Badge, badge, is_fatal_soon
from tests.advocacy.dashboard.dated import Dated, end_of

DUE = date(2026, 11, 26)  # a Thursday


def ours(left: int, **fields: object) -> Badge:
    return badge(Dated(act_on=DUE, **fields), DUE - timedelta(days=left))


@pytest.mark.parametrize(
    ("left", "state", "words"),
    [
        (11, "later", "11 days left"),
        (8, "later", "8 days left"),
        (7, "soon", "7 days left"),
        (4, "soon", "4 days left"),
        (3, "now", "3 days left"),
        (1, "now", "1 day left"),
        (0, "now", "Today"),
        (-1, "late", "1 day past our date"),
        (-3, "late", "3 days past our date"),
    ],
)
def test_our_clock_grows_urgent_by_calendar_days(left, state, words):
    found = ours(left)

    assert (found.state, found.line1, found.iso) == (state, words, "2026-11-26")
    assert found.line2 == ("was Thu, Nov 26" if left < 0 else "Thu, Nov 26")


@pytest.mark.parametrize(("left", "fatal"), [(4, False), (3, True), (0, True), (-30, True)])
def test_a_right_is_fatal_from_three_days_before_and_stays_so(left, fatal):
    assert is_fatal_soon(Dated(act_on=DUE), DUE - timedelta(days=left)) is fatal


@pytest.mark.parametrize("changes", [{"state": "met"}, {"direction": "theirs"}, {"direction": "opens"}])
def test_only_an_open_clock_of_ours_is_fatal(changes):
    assert not is_fatal_soon(Dated(act_on=DUE, **changes), DUE)


@pytest.mark.parametrize(
    ("away", "state", "line1", "line2", "iso"),
    [
        (-2, "wait", "Plan owes us", "by Wed, Nov 11", "2026-11-11"),
        (0, "wait", "Plan owes us", "by Wed, Nov 11", "2026-11-11"),
        # Veterans Day: chased after the strict reading, late only after the last lawful day.
        (1, "soon", "Plan: ask now", "late after Thu, Nov 12", "2026-11-12"),
        (2, "late", "Plan 1 day late", "was Thu, Nov 12", "2026-11-12"),
        (5, "late", "Plan 4 days late", "was Thu, Nov 12", "2026-11-12"),
    ],
)
def test_their_clock_waits_is_chased_and_is_late_in_that_order(away, state, line1, line2, iso):
    chase, last = date(2026, 11, 11), date(2026, 11, 12)
    deadline = Dated(
        direction="theirs", owed_by="plan", act_on=chase, last_lawful_on=last, late_after_at=end_of(last)
    )

    assert badge(deadline, chase + timedelta(days=away)) == Badge(state, line1, line2, iso)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (1, Badge("wait", "Not yet", "from Thu, Nov 26", "2026-11-26")),
        (0, Badge("soon", "Open now", "since Thu, Nov 26", "2026-11-26")),
        (-9, Badge("soon", "Open now", "since Thu, Nov 26", "2026-11-26")),
    ],
)
def test_a_wait_says_from_when(left, expected):
    found = badge(Dated(direction="opens", opens_on=DUE), DUE - timedelta(days=left))

    assert found == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": "met", "met_on": date(2026, 11, 18)}, Badge("met", "Met", "Wed, Nov 18", "2026-11-18")),
        ({"state": "waived"}, Badge("waived", "No longer applies", "Thu, Nov 26", "2026-11-26")),
        ({"state": "superseded"}, Badge("superseded", "Replaced", "Thu, Nov 26", "2026-11-26")),
    ],
)
def test_a_clock_that_no_longer_runs_counts_no_days(changes, expected):
    assert badge(Dated(act_on=DUE, **changes), DUE + timedelta(days=20)) == expected


def test_a_date_of_another_year_carries_its_year():
    assert badge(Dated(act_on=date(2027, 1, 4)), date(2026, 12, 31)).line2 == "Mon, Jan 4, 2027"


def test_the_plans_delegate_and_others_are_named():
    def owner(owed_by: str) -> str:
        return badge(Dated(direction="theirs", owed_by=owed_by), DUE).line1

    assert [owner(each) for each in ("plan", "department", "reviewer", "insurer")] == [
        "Plan owes us", "Department owes us", "Reviewer owes us", "Insurer owes us",
    ]  # fmt: skip


# Thanksgiving, 4:10 in the afternoon in California.
AT = datetime(2026, 11, 26, 16, 10, tzinfo=PACIFIC)


def by_hour(hours: float, **fields: object) -> Badge:
    """The badge of a clock in hours, so many before (or, negative, after) its moment."""
    now = AT - timedelta(hours=hours)
    return badge(Dated(by_hour=True, at=AT, **fields), now.date(), now=now)


@pytest.mark.parametrize(
    ("left", "state", "line1", "line2"),
    [
        (5, "now", "5 hours left", "Today, by 4:10 pm"),
        (5.99, "now", "5 hours left", "Today, by 4:10 pm"),
        (0.5, "now", "30 minutes left", "Today, by 4:10 pm"),
        (1, "now", "1 hour left", "Today, by 4:10 pm"),
        (30, "now", "30 hours left", "Thu, Nov 26, by 4:10 pm"),
        (100, "soon", "100 hours left", "Thu, Nov 26, by 4:10 pm"),
        (-3, "late", "3 hours past our time", "was Thu, Nov 26, 4:10 pm"),
    ],
)
def test_our_clock_in_hours_shows_hours_and_the_time(left, state, line1, line2):
    assert by_hour(left) == Badge(state, line1, line2, AT.isoformat())


@pytest.mark.parametrize(
    ("left", "state", "line1", "line2"),
    [
        (5, "soon", "Plan: 5 hours left", "Today, by 4:10 pm"),
        (-0.5, "soon", "Plan: ask now", "late after Thu, Nov 26, 5:10 pm"),
        (-3, "late", "Plan 2 hours late", "was Thu, Nov 26, 5:10 pm"),
    ],
)
def test_their_clock_in_hours_is_asked_after_and_then_late(left, state, line1, line2):
    late_after = AT + timedelta(hours=1)

    found = by_hour(left, direction="theirs", owed_by="plan", late_after_at=late_after)

    assert (found.state, found.line1, found.line2) == (state, line1, line2)


def test_a_clock_in_hours_counts_them_across_the_change_of_clocks():
    due = datetime(2026, 11, 1, 12, 0, tzinfo=PACIFIC)
    now = datetime(2026, 10, 31, 12, 0, tzinfo=PACIFIC)

    found = badge(Dated(by_hour=True, at=due), now.date(), now=now)

    assert found.line1 == "25 hours left"

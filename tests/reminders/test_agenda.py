"""What stands in a digest: each kind of line, read from dates alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reminders.agenda import MOST_LINES, Agenda, Entry, agenda_of, hour_has_come, is_working_day

# A Tuesday, 10 in the morning in California.
NOW = datetime(2026, 9, 15, 17, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)
# 23:59:59 in California.
END = datetime(2026, 9, 16, 6, 59, 59, tzinfo=UTC)


def entry(days: int = 5, **fields: object) -> Entry:
    """A date of ours so many days ahead, seen by nobody."""
    end = END + timedelta(days=days)
    told = {
        "number": "26-0001", "owner": "Bob Ortega", "direction": "ours", "state": "open", "owed_by": "client",
        "act_at": end, "nominal_at": end, "last_lawful_at": end, "late_after_at": None, "opens_on": None,
        "met_on": None, "by_hour": False, "seen": False,
    }  # fmt: skip
    return Entry(**(told | fields))


def agenda(*dates: Entry, now: datetime = NOW, today: date = TODAY, **lists: object) -> Agenda:
    return agenda_of(dates, **({"untold": [], "unsent": [], "left_behind": []} | lists), today=today, now=now)


def shown(found: Agenda) -> dict[str, list[str]]:
    return {
        section.short: [f"{line.number}: {line.when}. {line.who}" for line in section.lines]
        for section in found.sections
    }


def test_a_date_of_ours_that_has_passed_unmet_comes_first():
    found = agenda(entry(2), entry(-2, number="26-0002", seen=True))

    assert list(shown(found)) == ["past our date", "not seen"]
    assert shown(found)["past our date"] == ["26-0002: 2 days past our date, was Sun, Sep 13. Bob Ortega"]
    assert found.fatal


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (7, 1), (8, 0)])
def test_a_date_within_seven_days_that_nobody_has_seen_is_named(days, expected):
    assert len(shown(agenda(entry(days))).get("not seen", [])) == expected


def test_a_date_that_somebody_has_seen_is_named_again_when_the_right_is_about_to_end():
    found = agenda(entry(3, seen=True), entry(4, seen=True))

    assert shown(found) == {"near their end": ["26-0001: 3 days left, Fri, Sep 18. Bob Ortega"]}
    assert found.next_days == "All 2 dates of ours in the next 7 days have been seen."


def test_a_duty_of_others_is_named_when_it_is_late_and_not_before():
    theirs = {"direction": "theirs", "owed_by": "plan"}
    found = agenda(entry(-1, **theirs), entry(0, **theirs), entry(-2, late_after_at=END, **theirs))

    assert shown(found) == {"owed to us and late": ["26-0001: Plan 1 day late, was Mon, Sep 14. Bob Ortega"]}
    assert not found.fatal


def test_a_clock_in_hours_is_late_by_the_hour():
    hours = {"by_hour": True, "act_at": NOW - timedelta(hours=2), "seen": True}
    found = agenda(entry(**hours), entry(**(hours | {"act_at": NOW + timedelta(hours=2)})))

    assert shown(found) == {
        "past our date": ["26-0001: 2 hours past our time, was Tue, Sep 15, 8:00 am. Bob Ortega"],
        "near their end": ["26-0001: 2 hours left, Today, by 12:00 pm. Bob Ortega"],
    }


def test_a_reminder_that_could_not_be_sent_names_whom_it_did_not_reach():
    found = agenda(unsent=[entry(5, told="Vera Lindgren")])

    assert shown(found) == {
        "not told": ["26-0001: 5 days left, Sun, Sep 20. Bob Ortega. Not told: Vera Lindgren"]
    }


def test_a_case_whose_owner_has_left_is_named_with_its_next_date_or_without_one():
    found = agenda(left_behind=[("26-0001", "Bob Ortega", entry(40)), ("26-0002", "Bob Ortega", None)])

    assert shown(found) == {
        "without an owner": [
            "26-0001: 40 days left, Sun, Oct 25. Bob Ortega. Has left",
            "26-0002: Date not known, needs the letter. Bob Ortega. Has left",
        ]
    }


def test_nothing_is_said_plainly():
    found = agenda(entry(20), entry(-3, direction="theirs", owed_by="plan", late_after_at=END))

    assert (found.sections, found.fatal) == ([], False)
    assert found.next_days == "Nothing is due in the next 7 days."
    assert found.subject == "Daily digest: nothing waits for you"


def test_the_subject_counts_and_the_lead_tells_how_many_are_seen():
    found = agenda(entry(-1), entry(2), entry(6), entry(6, seen=True))

    assert found.subject == "Daily digest: 1 past our date, 2 not seen"
    assert found.next_days == "In the next 7 days: 3 dates of ours, 1 seen."
    assert agenda(entry(2)).next_days == "In the next 7 days: 1 date of ours, none seen yet."


def test_lines_are_soonest_first_and_a_long_list_says_how_many_more_there_are():
    [section] = agenda(*(entry(5, number=f"26-{n}") for n in range(MOST_LINES + 3)), entry(1)).sections

    assert section.lines[0].when == "1 day left, Wed, Sep 16"
    assert (len(section.lines), section.total, section.more) == (MOST_LINES, MOST_LINES + 4, 4)


def test_a_right_that_ends_within_three_days_is_fatal_whoever_has_seen_it():
    assert agenda(entry(3, seen=True)).fatal
    assert not agenda(entry(4)).fatal
    assert not agenda(replace(entry(1), direction="theirs", owed_by="plan")).fatal


@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu", "America/Phoenix"]
)
@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 11, 1), date(2027, 3, 13), date(2027, 3, 14)])
def test_the_hour_is_half_past_seven_in_the_persons_zone_also_when_clocks_change(zone, day):
    half_past = datetime(day.year, day.month, day.day, 7, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    assert not hour_has_come(half_past - timedelta(seconds=1), zone)
    assert hour_has_come(half_past, zone)
    assert hour_has_come(half_past + timedelta(hours=16, minutes=29), zone)
    assert not hour_has_come(half_past + timedelta(hours=16, minutes=30), zone)


def test_a_working_day_is_monday_to_friday():
    week = [date(2026, 9, 14) + timedelta(days=n) for n in range(7)]

    assert [is_working_day(day) for day in week] == [True] * 5 + [False] * 2

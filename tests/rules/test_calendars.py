"""The holiday lists, against dates written out by hand. A.2 numbers are those of the law research."""

from datetime import date, timedelta

import pytest

from cases.deadlines import calendars
from cases.deadlines.calendars import federal, gov_6700, judicial, state_office

COURTS_2026 = {
    "2026-01-01", "2026-01-19", "2026-02-12", "2026-02-16", "2026-03-31", "2026-05-25", "2026-06-19",
    "2026-07-04", "2026-09-07", "2026-09-25", "2026-11-11", "2026-11-26", "2026-11-27", "2026-12-25",
}  # fmt: skip
OFFICES_2026 = COURTS_2026 - {"2026-02-12", "2026-06-19", "2026-09-25"}
GOV_6700_2026 = (COURTS_2026 - {"2026-11-27"}) | {
    "2026-02-17", "2026-04-24", "2026-09-09", "2026-10-12", "2026-11-08",
}  # fmt: skip


def named(calendar, year):
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return {day.isoformat() for day in days if day.year == year and calendar.name_of(day)}


@pytest.mark.parametrize(
    ("calendar", "days"),
    [(judicial, COURTS_2026), (state_office, OFFICES_2026), (gov_6700, GOV_6700_2026)],
    ids=["A.2(3) courts", "A.2(5) offices", "A.2(4) Gov. 6700"],
)
def test_the_list_of_2026_is_the_one_of_the_law(calendar, days):
    assert named(calendar, 2026) == days


def test_2027_adds_four_days_to_gov_6700_and_none_to_the_courts():
    added = {"2027-03-09", "2027-04-14", "2027-05-16", "2027-10-29"}

    assert added <= named(gov_6700, 2027)
    assert not added & (named(judicial, 2027) | named(state_office, 2027))


@pytest.mark.parametrize(
    ("sunday", "monday"),
    [("2023-01-01", "2023-01-02"), ("2024-03-31", "2024-04-01"), ("2027-07-04", "2027-07-05"),
     ("2029-11-11", "2029-11-12"), ("2033-12-25", "2033-12-26")],
)  # fmt: skip
def test_a_sunday_holiday_closes_the_monday_in_all_three_lists(sunday, monday):
    for calendar in (judicial, state_office, gov_6700):
        assert calendar.name_of(date.fromisoformat(sunday))
        assert calendar.name_of(date.fromisoformat(monday)).endswith("(observed)")
    assert federal.name_of(date.fromisoformat(monday)) is None


def test_sunday_june_19_does_not_move():
    assert judicial.name_of(date(2033, 6, 19)) == "Juneteenth"
    assert judicial.is_open(date(2033, 6, 20))


def test_veterans_day_on_a_saturday_closes_the_friday_and_other_saturdays_move_nothing():
    for calendar in (judicial, state_office, gov_6700):
        assert calendar.name_of(date(2028, 11, 10)) == "Veterans Day (observed)"
        assert calendar.name_of(date(2026, 7, 3)) is None
        assert calendar.name_of(date(2027, 12, 24)) is None
    assert federal.name_of(date(2028, 11, 10)) is None


def test_good_friday_is_a_part_day_and_open_everywhere():
    assert all(calendar.is_open(date(2026, 4, 3)) for calendar in (judicial, state_office, gov_6700, federal))


def test_march_31_has_its_new_name_from_2026():
    assert judicial.name_of(date(2025, 3, 31)) == "Cesar Chavez Day"
    assert judicial.name_of(date(2026, 3, 31)) == "Farmworkers Day"


def test_a_weekend_is_closed_without_being_a_holiday():
    saturday = date(2026, 11, 28)

    assert judicial.name_of(saturday) is None
    assert not judicial.is_open(saturday)
    assert judicial.closed_name(saturday) == "Weekend"


def test_the_friday_before_a_saturday_court_holiday_is_known_and_a_closed_one_is_not_doubtful():
    assert calendars.holiday_on_the_saturday(date(2026, 7, 3)) == "Independence Day"
    assert calendars.holiday_on_the_saturday(date(2027, 2, 5)) is None  # Lunar New Year: not CCP 135
    assert calendars.holiday_on_the_saturday(date(2028, 11, 10)) is None  # closed already, Gov. Code 6701


def test_each_list_says_for_which_days_it_was_checked():
    assert judicial.is_verified(date(2027, 12, 31))
    assert not judicial.is_verified(date(2028, 1, 1))
    assert not gov_6700.is_verified(date(2027, 1, 1))
    assert not state_office.is_verified(date(2022, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"), ("2026-02-28", 6, "2026-08-28"),
     ("2026-12-15", 1, "2027-01-15"), ("2026-11-30", 12, "2027-11-30"), ("2026-06-30", 6, "2026-12-30")],
)  # fmt: skip
def test_months_keep_the_day_number_or_end_with_the_month(start, months, end):  # A.2(7)
    assert calendars.add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_federal_months_without_the_day_number_go_to_the_next_first():  # A.2(8)
    assert calendars.add_federal_months(date(2026, 10, 30), 4) == date(2027, 3, 1)
    assert calendars.add_federal_months(date(2026, 8, 31), 4) == date(2026, 12, 31)
    assert calendars.add_federal_months(date(2026, 8, 31), 3) == date(2026, 12, 1)


def test_words_of_a_day():
    assert calendars.short_day(date(2026, 12, 3)) == "Thu, Dec 3"
    assert calendars.full_day(date(2026, 12, 3)) == "Thu, Dec 3, 2026"

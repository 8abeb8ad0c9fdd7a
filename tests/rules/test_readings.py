"""What makes a date ambiguous, what people act on, and the two-trigger reading."""

from datetime import date, datetime, timedelta

import pytest

from cases.deadlines import engine
from cases.deadlines.engine import PACIFIC
from cases.deadlines.rules import BadFact, Rule, RuleNotInForce, load_rulebook

SATURDAY_HOLIDAY = "Friday before a Saturday court holiday read as closed (CCP 135)"


def on(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(hour=9, tzinfo=PACIFIC)


def end(written: str) -> datetime:
    return engine.end_of_day(date.fromisoformat(written))


def rule_by_hand(amount: int, unit: str, roll: str, *, direction: str = "theirs", kind: str = "rule") -> Rule:
    return Rule(
        slug="by-hand", title="By hand", kind=kind, direction=direction, owed_by="plan", owed_to="client",
        trigger="received", trigger_words="it was received", amount=amount, unit=unit, roll=roll,
        urgency="standard", explanation="A length", cite="a law", source="a place", confidence="H",
        in_force_from=date(2001, 1, 1), version=1, checked_on=date(2026, 11, 23),
    )  # fmt: skip


def shipped(slug: str, given: str, **facts: object) -> engine.Explanation:
    triggered_at = on(given)
    return engine.explain(
        load_rulebook().rule(slug, triggered_at.date()), triggered_at=triggered_at, facts=facts
    )


def days(given: str, amount: int, roll: str, **more: str) -> engine.Explanation:
    return engine.explain(rule_by_hand(amount, "calendar_days", roll, **more), triggered_at=on(given))


def test_the_trigger_day_is_its_pacific_date_and_does_not_count():  # A.2(1), A.2(12)
    late_evening = datetime.fromisoformat("2026-11-03T07:59:00+00:00")  # still November 2 in California

    explained = engine.explain(
        load_rulebook().rule("dmhc-wait-30d", date(2026, 11, 2)), triggered_at=late_evening
    )

    assert explained.nominal.isoformat() == "2026-12-02T23:59:59-08:00"


def test_a_last_day_on_a_saturday_sunday_or_court_holiday_runs_on():  # A.2(2)
    assert days("2026-11-01", 6, "R").last_lawful == end("2026-11-09")  # Saturday
    assert days("2026-11-01", 7, "R").last_lawful == end("2026-11-09")  # Sunday
    assert days("2026-11-01", 10, "R").last_lawful == end("2026-11-12")  # Veterans Day


@pytest.mark.parametrize("holiday", ["2026-09-09", "2026-10-12", "2026-02-17", "2026-04-24"])
def test_a_day_only_gov_6700_names_does_not_roll_but_is_ambiguous(holiday):  # A.2(3), A.2(4)
    given = (date.fromisoformat(holiday) - timedelta(days=5)).isoformat()

    explained = days(given, 5, "R")

    assert explained.last_lawful == end(holiday)
    assert explained.ambiguous
    assert [words for _, words in explained.readings] == ["Gov 6700/Civ 7+10 reading"]


def test_rolling_past_a_gov_6700_friday_also_passes_the_weekend():
    assert days("2026-04-19", 5, "R").readings[0].due == end("2026-04-27")


def test_a_roll_that_lands_on_columbus_day_has_one_more_reading():
    explained = days("2026-10-05", 6, "R")  # Sunday, October 11

    assert explained.last_lawful == end("2026-10-12")
    assert [due for due, _ in explained.readings] == [end("2026-10-13")]


@pytest.mark.parametrize("roll", ["R", "R?", "N"])
def test_a_friday_before_a_saturday_court_holiday_may_be_closed(roll):
    explained = days("2026-06-28", 5, roll)  # Friday, July 3

    assert explained.last_lawful == end("2026-07-03")
    assert explained.readings == ((end("2026-07-06"), SATURDAY_HOLIDAY),)
    assert explained.ambiguous


def test_the_friday_of_a_saturday_veterans_day_is_closed_without_doubt():
    explained = days("2028-11-05", 5, "R")

    assert explained.last_lawful == end("2028-11-13")
    assert not explained.ambiguous


def test_a_counted_friday_before_a_saturday_court_holiday_gives_one_more_day():
    explained = shipped("dmhc-imr-implement-5wd", "2026-06-29")  # counts Friday, July 3

    assert explained.last_lawful == end("2026-07-06")
    assert explained.readings == ((end("2026-07-07"), SATURDAY_HOLIDAY),)


def test_business_days_differ_where_only_courts_close():  # A.2(6)
    explained = shipped("dmhc-imr-implement-5wd", "2026-06-15")  # Juneteenth: courts closed, offices open

    assert explained.last_lawful == end("2026-06-22")
    assert explained.readings == ((end("2026-06-23"), "CCP 135 judicial calendar; Gov 6700 list calendar"),)


def test_three_calendars_may_give_three_dates():
    explained = shipped("dmhc-imr-implement-5wd", "2026-02-09")  # Lincoln Day; Lunar New Year

    assert explained.last_lawful == end("2026-02-17")
    assert [due for due, _ in explained.readings] == [end("2026-02-18"), end("2026-02-19")]


def test_a_half_year_that_only_reaches_the_rolled_day_changes_nothing():  # A.2(7)
    explained = shipped("dmhc-imr-apply-6mo", "2026-01-04")  # 182 days: Sunday, July 5

    assert not explained.ambiguous
    assert explained.readings == ()


def test_a_strict_reading_exists_only_where_the_roll_moved_the_date():  # A.2(13)
    moved = shipped("dmhc-grievance-ack-5d", "2026-11-06")
    still = shipped("dmhc-grievance-ack-5d", "2026-11-12")

    assert (moved.act_on, moved.late_after) == (end("2026-11-11"), end("2026-11-12"))
    assert (still.act_on, still.late_after, still.ambiguous) == (end("2026-11-17"), end("2026-11-17"), False)


def test_elapsed_hours_and_the_wall_clock_part_when_the_clocks_change():  # A.2(9)
    rule = rule_by_hand(48, "hours", "H")

    explained = engine.explain(rule, triggered_at=datetime.fromisoformat("2026-10-31T08:00:00-07:00"))

    assert explained.last_lawful.isoformat() == "2026-11-02T07:00:00-08:00"
    assert [due.isoformat() for due, _ in explained.readings] == ["2026-11-02T08:00:00-08:00"]
    assert explained.late_after.isoformat() == "2026-11-02T08:00:00-08:00"


def test_the_hour_that_occurs_twice_is_told_apart():  # A.2(9)
    rule = rule_by_hand(24, "hours", "H")

    explained = engine.explain(rule, triggered_at=datetime.fromisoformat("2026-10-31T02:30:00-07:00"))

    assert explained.last_lawful.isoformat() == "2026-11-01T01:30:00-08:00"
    assert [due.isoformat() for due, _ in explained.readings] == ["2026-11-01T02:30:00-08:00"]
    assert "The last moment is 1:30 am PST on Sun, Nov 1, 2026." in explained.sentences


def test_what_to_act_on_orders_the_hour_that_occurs_twice_by_instant():
    first = datetime(2026, 11, 1, 1, 30, tzinfo=PACIFIC)
    second = first.replace(minute=10, fold=1)

    act = engine.what_to_act_on("theirs", [second, first])

    assert (act.act_on.fold, act.late_after.fold) == (0, 1)


def test_three_calendar_days_are_not_rolled():  # A.2(10)
    assert days("2026-11-25", 3, "N").last_lawful == end("2026-11-28")


def test_mailing_adds_no_days():  # A.2(11)
    assert days("2026-11-02", 30, "R").last_lawful == end("2026-12-02")


def test_ours_works_to_the_nominal_date_and_keeps_the_last_lawful_one():  # A.2(13)
    explained = shipped("dmhc-imr-apply-6mo", "2026-05-26")

    assert explained.act_on == end("2026-11-26")
    assert explained.last_lawful == end("2026-11-30")
    assert not explained.ambiguous


def test_a_later_answer_gives_another_reading_and_does_not_move_what_we_act_on():
    explained = shipped("dmhc-imr-apply-6mo", "2026-05-26", answer_received_on="2026-06-13")

    assert explained.nominal == end("2026-11-26")
    assert explained.last_lawful == end("2026-11-30")
    assert explained.readings == (
        (end("2026-12-14"), "counted from the plan's written answer of Sat, Jun 13, 2026"),  # Sunday, rolled
    )
    assert explained.act_on == end("2026-11-26")
    assert not explained.ambiguous, "the law is not in doubt: an answer starts a window of its own"


def test_an_answer_on_the_day_itself_changes_nothing_and_an_earlier_one_is_refused():
    same_day = shipped("dmhc-imr-apply-6mo", "2026-05-26", answer_received_on="2026-05-26")

    assert same_day.readings == ()
    with pytest.raises(BadFact, match="before the start"):
        shipped("dmhc-imr-apply-6mo", "2026-05-26", answer_received_on="2026-05-25")


@pytest.mark.parametrize("value", ["soon", "2026-13-01", 20260601, on("2026-06-01")])
def test_a_fact_that_is_no_date_is_refused(value):
    with pytest.raises(BadFact, match="is not a date"):
        shipped("dmhc-imr-apply-6mo", "2026-05-26", answer_received_on=value)


@pytest.mark.parametrize("slug", ["dmhc-imr-apply-6mo", "dmhc-wait-30d"])
def test_an_unknown_fact_is_refused_by_every_rule(slug):
    with pytest.raises(BadFact, match="answer_recieved_on"):
        shipped(slug, "2026-05-26", answer_recieved_on="2026-06-01")


def test_the_wait_opens_the_morning_after_the_thirtieth_day():
    explained = shipped("dmhc-wait-30d", "2026-11-02")

    assert explained.nominal.isoformat() == "2026-12-02T23:59:59-08:00"
    assert explained.opens_on == date(2026, 12, 3)
    assert "You can file from Thu, Dec 3." in explained.sentences
    assert explained.late_after is None
    assert not explained.ambiguous


def test_a_wait_that_ends_on_a_sunday_opens_after_the_latest_reading():
    explained = shipped("dmhc-wait-30d", "2026-11-06")  # day 30 is Sunday, December 6

    assert explained.nominal == explained.last_lawful == end("2026-12-06")
    assert explained.readings == ((end("2026-12-07"), "CCP 12a roll reading"),)
    assert explained.act_on == end("2026-12-07")
    assert explained.opens_on == date(2026, 12, 8)
    assert "You can file from Tue, Dec 8." in explained.sentences


def test_a_wait_that_ends_on_new_years_eve_opens_in_the_new_year():
    explained = shipped("dmhc-wait-30d", "2026-12-01")

    assert explained.opens_on == date(2027, 1, 1)
    assert "You can file from Fri, Jan 1." in explained.sentences


@pytest.mark.parametrize("kind", ["rule", "note", "bar"])
def test_a_rule_without_length_has_no_date_and_says_why(kind):
    explained = engine.explain(rule_by_hand(0, "none", "N", kind=kind), triggered_at=on("2026-11-02"))

    assert explained.nominal is explained.last_lawful is explained.act_on is None
    assert explained.sentences[0].startswith("The law gives no number of days")


def test_what_to_act_on_is_the_safe_end_of_all_readings():
    early, late = end("2026-11-02"), end("2026-11-05")

    assert engine.what_to_act_on("ours", [late, early]) == (early, late, None)
    assert engine.what_to_act_on("theirs", [late, early]) == (early, late, None)
    assert engine.what_to_act_on("opens", [late, early]) == (late, None, date(2026, 11, 6))


def test_a_start_without_offset_and_one_at_the_end_of_time_are_refused():
    rule = rule_by_hand(6, "months", "R")

    with pytest.raises(engine.BadTrigger, match="offset"):
        engine.explain(rule, triggered_at=datetime(2026, 11, 2, 9))
    with pytest.raises(engine.BadTrigger, match="end of the calendar"):
        engine.explain(rule, triggered_at=datetime(9999, 12, 1, tzinfo=PACIFIC))


def test_a_version_refuses_a_trigger_outside_its_dates():
    rule = load_rulebook().rule("dmhc-wait-30d", date(2026, 11, 2))

    with pytest.raises(RuleNotInForce):
        engine.explain(rule, triggered_at=on("1999-01-04"))


def test_the_working_of_a_rolled_date_reads_as_on_the_page():
    explained = shipped("dmhc-imr-apply-6mo", "2026-05-26")

    assert [figure for _, figure in explained.steps] == [
        "Tue, May 26", "+ 6 months", "Thu, Nov 26", "closed to Sun, Nov 29", "Mon, Nov 30",
    ]  # fmt: skip
    assert explained.days == (
        (date(2026, 11, 26), True, "Thanksgiving Day"),
        (date(2026, 11, 27), True, "Day after Thanksgiving"),
        (date(2026, 11, 28), True, "Weekend"),
        (date(2026, 11, 29), True, "Weekend"),
        (date(2026, 11, 30), False, ""),
    )


def test_a_date_past_a_checked_list_says_so_and_so_does_an_unverified_rule():
    far = " ".join(shipped("dmhc-imr-apply-6mo", "2027-08-31").sentences)
    next_year = " ".join(shipped("dmhc-imr-apply-6mo", "2026-11-02").sentences)
    near = " ".join(shipped("dmhc-imr-apply-6mo", "2026-05-26").sentences)
    unverified = " ".join(shipped("dmhc-grievance-ack-5d", "2026-11-06").sentences)

    assert "Unverified: the court holidays of Code of Civil Procedure § 135;" in far
    assert "Check this date again." in far
    assert "Unverified: the holidays of Government Code § 6700: not checked for that day." in next_year
    assert "Another reading may be missing." in next_year
    assert "not checked" not in near
    assert "This rule is not verified" in unverified


def test_an_hour_clock_reads_no_calendar():
    assert "not checked" not in " ".join(shipped("dmhc-ur-urgent-72h", "2031-03-06").sentences)


def test_three_days_may_be_counted_as_72_hours_so_we_ask_then():  # A.2(10)
    explained = shipped("dmhc-grievance-expedited-3d", "2026-11-25")

    assert explained.last_lawful == end("2026-11-28")
    assert explained.readings == ((end("2026-11-30"), "CCP 12a roll reading"),)
    assert (
        "Many count it as 72 hours: ask on Sat, Nov 28, 2026 from the hour it began." in explained.sentences
    )


def test_what_goes_by_fax_or_mail_is_to_be_there_by_five():  # A.2(12)
    assert any("there by 5 pm" in each for each in shipped("dmhc-imr-apply-6mo", "2026-05-26").sentences)


def test_minutes_are_elapsed_minutes():
    rule = load_rulebook().rule("dmhc-plan-answer-dept-30min", date(2026, 11, 1))

    explained = engine.explain(rule, triggered_at=datetime.fromisoformat("2026-11-01T01:45:00-07:00"))

    assert explained.last_lawful.isoformat() == "2026-11-01T01:15:00-08:00"


def test_where_a_rule_does_not_hold_is_said():
    assert any("Not for Medi-Cal plans" in each for each in shipped("dmhc-rx-pa-72h", "2026-11-02").sentences)


def test_in_the_hour_that_occurs_twice_the_advice_still_tells_two_instants_apart():
    rule = load_rulebook().rule("dmhc-plan-answer-dept-30min", date(2026, 11, 1))

    explained = engine.explain(rule, triggered_at=datetime.fromisoformat("2026-11-01T01:10:00-08:00"))

    assert any(each.startswith("Chase it at") for each in explained.sentences)

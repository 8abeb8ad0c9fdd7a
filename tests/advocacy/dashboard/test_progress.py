"""Where a case stands, stage by stage: five stations, whose move it is, the one next act. Pure."""

from datetime import date, timedelta

import pytest

from advocacy.dashboard.progress import act_words, standing, verb
from cases.deadlines.derivation import Part
from cases.deadlines.wording import by_part
from tests.advocacy.dashboard.dated import Dated, Happened, deadlines_of

TODAY = date(2026, 9, 15)


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def facts(text: str) -> list[Happened]:
    """Read facts like `denied:40 grievance_answered:5:upheld`: the kind, days ago, outcome or reason."""
    found = []
    for word in text.split():
        kind, ago, said = (*word.split(":"), "")[:3]
        details = {"reason": said or "necessity"} if kind == "denied" else {"outcome": said} if said else {}
        found.append(Happened(kind, day(int(ago)), details))
    return found


def stands(text: str):
    happened = facts(text)
    return standing(happened, deadlines_of(happened), TODAY)


# facts | statuses of the five stations | whose move | next act
STAGES = {
    "nothing known": (
        "", "now next next next next", "Ours", "Record the refusal",
    ),
    "refused": (
        "denied:40", "done now next next next", "Ours", "File the grievance",
    ),
    "refused as experimental": (
        "denied:40:experimental", "done now next next next", "Ours", "File the IMR application",
    ),
    "filed": (
        "denied:40 grievance_filed:5", "done done now next next", "The plan's", "Record the plan's answer",
    ),
    "acknowledged": (
        "denied:40 grievance_filed:9 grievance_acknowledged:5", "done done now next next", "The plan's",
        "Record the plan's answer",
    ),
    "thirty days over": (
        "denied:60 grievance_filed:33 grievance_acknowledged:30", "done done now next next", "Ours",
        "File the IMR application",
    ),
    "answered no": (
        "denied:60 grievance_filed:33 grievance_answered:5:upheld", "done done done now next", "Ours",
        "File the IMR application",
    ),
    "answered in part": (
        "denied:60 grievance_filed:33 grievance_answered:5:partly", "done done done now next", "Ours",
        "File the IMR application",
    ),
    "plan gave in": (
        "denied:60 grievance_filed:33 grievance_answered:5:overturned", "done done done next next",
        "The plan's", "",
    ),
    "with the department": (
        "denied:60 grievance_filed:33 grievance_answered:9:upheld imr_filed:2", "done done done done now",
        "The department's", "Record that it took the case",
    ),
    "with the department, plan silent": (
        "denied:60 grievance_filed:40 imr_filed:2", "done done done done now", "The department's",
        "Record that it took the case",
    ),
    "taken for review": (
        "denied:60 grievance_filed:40 imr_filed:9 imr_accepted:4", "done done done done now",
        "The reviewer's", "Record the decision",
    ),
    "turned into a complaint": (
        "denied:60 grievance_filed:40 imr_filed:9 imr_rejected:4 complaint_filed:4",
        "done done done done now", "The department's", "Record the department's decision",
    ),
    "a coverage decision": (
        "denied:60:coverage grievance_filed:40 grievance_answered:20:upheld", "done done done now next",
        "Ours", "File a complaint with the department",
    ),
    "not carried out": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:20:overturned "
        "imr_not_implemented:5", "done done done done done", "The department's",
        "Record that it was carried out",
    ),
    "withdrawn from the plan": (
        "denied:60 grievance_filed:20 grievance_withdrawn:5", "done now next next next", "Ours",
        "File the grievance",
    ),
    "plan gave in during the review": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 plan_reversed:5",
        "done done done done done", "Done", "",
    ),
    "won": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:3:overturned",
        "done done done done now", "The plan's", "Record that it was carried out",
    ),
    "won, and late": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:20:overturned",
        "done done done done now", "Ours", "Record that it was not carried out",
    ),
    "won in part": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:3:partly",
        "done done done done now", "The plan's", "Record that it was carried out",
    ),
    "lost": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:3:upheld",
        "done done done done done", "Ours", "",
    ),
    "carried out": (
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:9:overturned "
        "imr_implemented:5", "done done done done done", "Done", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "statuses", "move", "act"), STAGES.values(), ids=STAGES)
def test_each_stage_stands_where_it_should(text, statuses, move, act):
    where = stands(text)

    assert [station.status for station in where.stations] == statuses.split()
    assert where.move == move
    assert act_words(where.next_act) == act


@pytest.mark.parametrize("text", [stage[0] for stage in STAGES.values()], ids=STAGES)
def test_at_most_one_station_is_now_and_none_is_done_after_it(text):
    statuses = [station.status for station in stands(text).stations]

    assert statuses.count("now") <= 1
    assert sorted(statuses, key=["done", "now", "next"].index) == statuses


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "Refused | File the grievance | Plan answers | File for IMR | IMR decision"),
        ("denied:60 grievance_filed:33 grievance_answered:5:partly",
         "Refused | Grievance filed | Plan answered: in part | File for IMR | IMR decision"),
        ("denied:60 grievance_filed:33 grievance_answered:5:overturned",
         "Refused | Grievance filed | Plan gave in | File for IMR | IMR decision"),
        ("denied:60 grievance_filed:40 imr_filed:2",
         "Refused | Grievance filed | No answer from the plan | IMR filed | Department takes the case"),
        ("denied:90 grievance_filed:60 imr_filed:20 imr_decided:3:upheld",
         "Refused | Grievance filed | No answer from the plan | IMR filed | IMR: plan was right"),
        ("denied:90 grievance_filed:60 imr_filed:20 imr_decided:3:overturned",
         "Refused | Grievance filed | No answer from the plan | IMR filed | Plan carries it out"),
    ],
)  # fmt: skip
def test_the_stations_say_what_happened(text, names):
    assert " | ".join(station.name for station in stands(text).stations) == names


def test_a_station_that_runs_names_its_day_and_whose_clock_it_is():
    refused, grievance, *_ = stands("denied:40").stations

    assert (refused.date_words, refused.iso) == ("Thu, Aug 6", "2026-08-06")
    assert refused.note == "180 days to complain, to Tue, Feb 2, 2027."
    assert (grievance.date_words, grievance.owner, grievance.note) == (
        "by Tue, Feb 2, 2027", "Our clock", "140 days left.",
    )  # fmt: skip


def test_while_the_wait_runs_the_review_says_from_when_and_until_when():
    review = stands("denied:40 grievance_filed:5").stations[3]

    # Filed Thursday, September 10; the thirtieth day is Saturday, October 10, and Monday is by one reading.
    assert (review.date_words, review.iso) == ("from Tue, Oct 13", "2026-10-13")
    assert review.note == "Last day Sat, Apr 10, 2027."


@pytest.mark.parametrize(
    ("ago", "urgent"), [(170, False), (176, False), (177, True), (180, True), (190, True)]
)
def test_a_station_is_urgent_from_three_days_before_our_date(ago, urgent):
    assert stands(f"denied:{ago}").stations[1].urgent is urgent


def test_a_review_without_a_grievance_does_not_say_that_thirty_days_passed():
    where = stands("denied:40:experimental imr_filed:2")

    assert [station.status for station in where.stations] == ["done", "done", "done", "done", "now"]
    assert "its time passed" not in {station.date_words for station in where.stations}


@pytest.mark.parametrize(("filed", "words"), [(38, "its time passed"), (20, "not waited for")])
def test_a_review_of_a_silent_plan_says_whether_its_time_had_passed(filed, words):
    where = stands(f"denied:40 grievance_filed:{filed} imr_filed:2")

    assert (where.stations[2].name, where.stations[2].date_words) == ("No answer from the plan", words)


@pytest.mark.parametrize(
    ("rule", "direction", "before", "after"),
    [
        ("dmhc-grievance-file-180d", "ours", "File the grievance", "File the grievance"),
        ("dmhc-imr-apply-6mo", "ours", "File the IMR application", "File the IMR application"),
        ("dmhc-grievance-ack-5d", "theirs", "Expect the plan's letter", "Ask the plan for its letter"),
        ("dmhc-grievance-resolve-30d", "theirs", "Expect the plan's answer", "Call the plan for its answer"),
        (
            "dmhc-imr-implement-5wd",
            "theirs",
            "Expect the plan to carry it out",
            "Call the plan to carry it out",
        ),
        ("dmhc-wait-30d", "opens", "Wait for the plan until then", "You may file for IMR now"),
    ],
)
def test_a_row_asks_for_an_act_before_and_after_its_day(rule, direction, before, after):
    def asked(away: int) -> str:
        on = TODAY + timedelta(days=away)
        return verb(Dated(rule=rule, direction=direction, act_on=on, opens_on=on), TODAY)

    assert (asked(1), asked(-1)) == (before, after)


def test_every_shipped_rule_has_its_verb():
    everything = facts(
        "denied:90 grievance_filed:60 grievance_answered:40:upheld imr_filed:30 imr_decided:3:overturned"
    )

    for deadline in deadlines_of(everything):
        assert deadline.rule not in verb(deadline, TODAY)


def test_while_both_departments_are_possible_our_act_goes_by_the_earlier_date():
    early, late = date(2026, 9, 20), date(2026, 9, 24)
    dmhc = Dated(rule="dmhc-imr-apply-6mo", act_on=late)
    cdi = Dated(rule="cdi-imr-apply-6mo", act_on=early)

    assert by_part([dmhc, cdi])[Part.APPLY] is by_part([cdi, dmhc])[Part.APPLY] is cdi


def test_of_two_possible_duties_of_the_plan_the_one_of_dmhc_is_told():
    dmhc = Dated(direction="theirs", rule="dmhc-grievance-resolve-30d", act_on=date(2026, 9, 24))
    cdi = Dated(direction="theirs", rule="cdi-respond-claimant-15d", act_on=date(2026, 9, 20))

    assert by_part([dmhc, cdi])[Part.ANSWER] is by_part([cdi, dmhc])[Part.ANSWER] is dmhc

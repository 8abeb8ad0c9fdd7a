"""Worked dates from the law research, copied as literals: the engine against somebody else's arithmetic."""

import json
from datetime import date, datetime

import pytest

from cases.deadlines import engine, explain
from cases.deadlines.rules import Rule

STRICT = "strict calendar reading"
CCP_12A = "CCP 12a roll reading"
HALF_YEAR = "182-day half-year reading (Gov 6803)"
GOV_DAY = "Gov 6700/Civ 7+10 reading"
GOV_COUNT = "Gov 6700 list calendar"
WALL = "wall-clock reading"

# vector, rule, given, nominal, last lawful, other readings
VECTORS = [
    ("V01", "dmhc-imr-apply-6mo", "2026-03-16T10:00:00-07:00", "2026-09-16", "2026-09-16", []),
    ("V03", "dmhc-imr-apply-6mo", "2027-08-31T09:00:00-07:00", "2028-02-29", "2028-02-29", []),
    ("V05", "dmhc-imr-apply-6mo", "2027-08-29T09:00:00-07:00", "2028-02-29", "2028-02-29", []),
    (
        "V07",
        "dmhc-imr-apply-6mo",
        "2026-02-28T09:00:00-08:00",
        "2026-08-28",
        "2026-08-28",
        [("2026-08-31", HALF_YEAR)],
    ),
    ("V09", "dmhc-imr-apply-6mo", "2026-05-26T09:00:00-07:00", "2026-11-26", "2026-11-30", []),
    ("V11", "dmhc-imr-apply-6mo", "2025-12-19T09:00:00-08:00", "2026-06-19", "2026-06-22", []),
    (
        "V13",
        "dmhc-imr-apply-6mo",
        "2026-04-12T09:00:00-07:00",
        "2026-10-12",
        "2026-10-12",
        [("2026-10-13", GOV_DAY)],
    ),
    ("V15", "dmhc-imr-apply-6mo", "2026-01-04T09:00:00-08:00", "2026-07-04", "2026-07-06", []),
    (
        "V17",
        "cdi-imr-apply-6mo",
        "2026-10-31T09:00:00-07:00",
        "2027-04-30",
        "2027-04-30",
        [("2027-05-03", HALF_YEAR)],
    ),
    ("V19", "dmhc-grievance-file-180d", "2026-01-05T09:00:00-08:00", "2026-07-04", "2026-07-06", []),
    (
        "V21",
        "dmhc-grievance-ack-5d",
        "2026-11-06T15:00:00-08:00",
        "2026-11-11",
        "2026-11-12",
        [("2026-11-11", STRICT)],
    ),
    (
        "V22",
        "dmhc-grievance-resolve-30d",
        "2026-11-27T10:00:00-08:00",
        "2026-12-27",
        "2026-12-28",
        [("2026-12-27", STRICT)],
    ),
    ("V24", "dmhc-grievance-resolve-30d", "2027-01-31T10:00:00-08:00", "2027-03-02", "2027-03-02", []),
    (
        "V25",
        "dmhc-grievance-expedited-3d",
        "2026-11-25T16:30:00-08:00",
        "2026-11-28",
        "2026-11-28",
        [("2026-11-30", CCP_12A)],
    ),
    ("V27", "dmhc-grievance-exempt-1bd", "2026-03-30T14:00:00-07:00", "2026-04-01", "2026-04-01", []),
    (
        "V29",
        "dmhc-ur-standard-5bd",
        "2026-11-23T09:00:00-08:00",
        "2026-12-02",
        "2026-12-02",
        [("2026-12-01", GOV_COUNT)],
    ),
    ("V31", "cdi-ur-standard-5bd", "2026-11-06T09:00:00-08:00", "2026-11-16", "2026-11-16", []),
    (
        "V32",
        "dmhc-ur-urgent-72h",
        "2026-03-06T10:00:00-08:00",
        "2026-03-09T11:00:00-07:00",
        "2026-03-09T11:00:00-07:00",
        [("2026-03-09T10:00:00-07:00", WALL)],
    ),
    (
        "V34",
        "cdi-ur-urgent-72h",
        "2026-06-16T15:45:00-07:00",
        "2026-06-19T15:45:00-07:00",
        "2026-06-19T15:45:00-07:00",
        [],
    ),
    (
        "V35",
        "dmhc-ur-notify-provider-24h",
        "2026-03-07T12:00:00-08:00",
        "2026-03-08T13:00:00-07:00",
        "2026-03-08T13:00:00-07:00",
        [("2026-03-08T12:00:00-07:00", WALL)],
    ),
    (
        "V37",
        "dmhc-ur-notify-provider-24h",
        "2026-03-07T02:30:00-08:00",
        "2026-03-08T03:30:00-07:00",
        "2026-03-08T03:30:00-07:00",
        [],
    ),
    (
        "V38",
        "dmhc-ur-urgent-72h",
        "2026-10-29T01:30:00-07:00",
        "2026-11-01T01:30:00-07:00",
        "2026-11-01T01:30:00-07:00",
        [],
    ),
    (
        "V40",
        "dmhc-ur-retro-30d",
        "2026-12-02T09:00:00-08:00",
        "2027-01-01",
        "2027-01-04",
        [("2027-01-01", STRICT)],
    ),
    (
        "V41",
        "dmhc-imr-plan-docs-3bd",
        "2026-11-24T09:00:00-08:00",
        "2026-12-01",
        "2026-12-01",
        [("2026-11-30", GOV_COUNT)],
    ),
    ("V43", "cdi-imr-insurer-docs-3bd", "2026-12-23T09:00:00-08:00", "2026-12-29", "2026-12-29", []),
    (
        "V45",
        "dmhc-imr-dept-accept-7d",
        "2026-11-19T09:00:00-08:00",
        "2026-11-26",
        "2026-11-30",
        [("2026-11-26", STRICT)],
    ),
    (
        "V46",
        "dmhc-imr-dept-accept-48h",
        "2026-10-31T08:00:00-07:00",
        "2026-11-02T07:00:00-08:00",
        "2026-11-02T07:00:00-08:00",
        [("2026-11-02T08:00:00-08:00", WALL)],
    ),
    (
        "V48",
        "dmhc-imr-decision-expedited-3d",
        "2026-09-04T11:00:00-07:00",
        "2026-09-07",
        "2026-09-07",
        [("2026-09-08", CCP_12A)],
    ),
    (
        "V49",
        "dmhc-imr-decision-experimental-7d",
        "2026-12-18T09:00:00-08:00",
        "2026-12-25",
        "2026-12-25",
        [("2026-12-28", CCP_12A)],
    ),
    ("V50", "dmhc-imr-implement-5wd", "2026-12-18T09:00:00-08:00", "2026-12-28", "2026-12-28", []),
    (
        "V68",
        "ca-claim-payment-30d",
        "2026-11-27T09:00:00-08:00",
        "2026-12-27",
        "2026-12-27",
        [("2026-12-28", CCP_12A)],
    ),
    (
        "V69",
        "cdi-respond-claimant-15d",
        "2026-11-11T09:00:00-08:00",
        "2026-11-26",
        "2026-11-30",
        [("2026-11-26", STRICT)],
    ),
]

# The rules of these rows are not written yet; their shape (amount, unit, roll) is the law's.
TO_COME = [
    ("medi-cal-appeal-resolve-30d", 30, "calendar_days", "R?", "2026-11-02T09:00:00-08:00", "2026-12-02",
     "2026-12-02", []),
    ("medi-cal-appeal-expedited-72h", 72, "hours", "H", "2027-03-12T17:00:00-08:00",
     "2027-03-15T18:00:00-07:00", "2027-03-15T18:00:00-07:00", [("2027-03-15T17:00:00-07:00", WALL)]),
    ("fed-external-review-4mo", 4, "months", "F", "2026-10-30T09:00:00-07:00", "2027-03-01",
     "2027-03-01", []),
    ("fed-external-review-4mo", 4, "months", "F", "2026-07-26T09:00:00-07:00", "2026-11-26",
     "2026-11-27", []),
]  # fmt: skip


def moment(written: str) -> datetime:
    """Read an instant, or a date as the end of that day in California."""
    return (
        datetime.fromisoformat(written) if "T" in written else engine.end_of_day(date.fromisoformat(written))
    )


def rule_by_hand(slug: str, amount: int, unit: str, roll: str) -> Rule:
    return Rule(
        slug=slug, title=slug, kind="rule", direction="theirs", owed_by="plan", owed_to="client",
        trigger="received", trigger_words="it was received", amount=amount, unit=unit, roll=roll,
        urgency="standard", explanation="A length", cite="a law", source="a place", confidence="H",
        in_force_from=date(2001, 1, 1), version=1, checked_on=date(2026, 11, 23),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("vector", "slug", "given", "nominal", "last_lawful", "others"), VECTORS, ids=[row[0] for row in VECTORS]
)
def test_a_line_of_json_gets_the_worked_dates(vector, slug, given, nominal, last_lawful, others):
    answer = json.loads(explain.answer_line(json.dumps({"rule": slug, "triggered_at": given, "facts": {}})))

    assert answer["nominal"] == moment(nominal).isoformat()
    assert answer["last_lawful"] == moment(last_lawful).isoformat()
    assert answer["ambiguous"] is bool(others)
    assert answer["alternatives"] == [
        {"due": moment(due).isoformat(), "reading": words} for due, words in others
    ]


@pytest.mark.parametrize(
    ("slug", "amount", "unit", "roll", "given", "nominal", "last_lawful", "others"), TO_COME
)
def test_a_rule_to_come_gives_the_worked_dates(slug, amount, unit, roll, given, nominal, last_lawful, others):
    rule = rule_by_hand(slug, amount, unit, roll)

    explained = engine.explain(rule, triggered_at=datetime.fromisoformat(given))

    assert explained.nominal.isoformat() == moment(nominal).isoformat()
    assert explained.last_lawful.isoformat() == moment(last_lawful).isoformat()
    assert [(due.isoformat(), words) for due, words in explained.readings] == [
        (moment(due).isoformat(), words) for due, words in others
    ]
    assert explained.ambiguous is bool(others)


def test_instants_are_written_with_the_pacific_offset():
    rule = rule_by_hand("in-hours", 24, "hours", "H")

    explained = engine.explain(rule, triggered_at=datetime.fromisoformat("2026-07-01T16:00:00+00:00"))

    assert explained.last_lawful.isoformat() == "2026-07-02T09:00:00-07:00"

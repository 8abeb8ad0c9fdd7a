"""The JSON lines and the words of the command. Neither needs a database."""

import io
import json

import pytest

from cases.deadlines import explain
from cases.deadlines.rules import DeadlineError

KEYS = {
    "rule", "direction", "nominal", "last_lawful", "ambiguous", "alternatives", "working", "act_on",
    "late_after", "opens_on", "cite", "confidence",
}  # fmt: skip


def ask(**question: object) -> dict[str, object]:
    return json.loads(explain.answer_line(json.dumps(question)))


def test_a_question_gets_every_key_of_the_answer():
    answer = ask(rule="dmhc-grievance-ack-5d", triggered_at="2026-11-06T15:00:00-08:00", facts={})

    assert set(answer) == KEYS
    assert answer["nominal"] == "2026-11-11T23:59:59-08:00"
    assert answer["last_lawful"] == "2026-11-12T23:59:59-08:00"
    assert answer["ambiguous"] is True
    assert answer["alternatives"] == [
        {"due": "2026-11-11T23:59:59-08:00", "reading": "strict calendar reading"}
    ]
    assert answer["act_on"] == "2026-11-11T23:59:59-08:00"
    assert answer["late_after"] == "2026-11-12T23:59:59-08:00"
    assert answer["confidence"] == "M"


def test_the_working_is_numbered():
    working = ask(rule="dmhc-wait-30d", triggered_at="2026-11-02T09:00:00-08:00")["working"]

    assert [line.split(". ")[0] for line in working] == [str(number) for number in range(1, len(working) + 1)]
    assert working[-1].endswith("You can file from Thu, Dec 3.")


def test_the_offset_follows_the_season_of_the_date():
    summer = ask(rule="dmhc-imr-apply-6mo", triggered_at="2026-01-15T09:00:00-08:00")

    assert summer["nominal"] == "2026-07-15T23:59:59-07:00"


def test_a_trigger_in_another_zone_counts_from_its_pacific_date():
    answer = ask(rule="dmhc-wait-30d", triggered_at="2026-11-03T07:30:00Z")

    assert answer["opens_on"] == "2026-12-03"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("not json", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "names no rule"),
        ('{"rule": 5}', "names no rule"),
        ('{"rule": "dmhc-wait-30d"}', "triggered_at is missing"),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "yesterday"}', "not an ISO 8601"),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "2026-11-02T09:00:00"}', "no UTC offset"),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "2026-11-02"}', "no UTC offset"),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "0001-01-01T00:00:00+14:00"}', "end of the calendar"),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "9999-12-31T00:00:00-08:00"}', "end of the calendar"),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "1990-01-01T00:00:00-08:00"}', "No version"),
        ('{"rule": "no-such", "triggered_at": "2026-11-02T09:00:00-08:00"}', "no rule called"),
        (
            '{"rule": "dmhc-wait-30d", "triggered_at": "2026-11-02T09:00:00-08:00", "facts": []}',
            "not an object",
        ),
        ('{"rule": "dmhc-wait-30d", "triggered_at": "2026-11-02T09:00:00-08:00", "facts": {"x": 1}}', "'x'"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_line_without_an_answer_says_why(line, complaint):
    answer = json.loads(explain.answer_line(line))

    assert set(answer) == {"rule", "error"}
    assert complaint in answer["error"]


def test_one_explanation_for_people():
    words = explain.in_words(explain.explain_on("dmhc-imr-apply-6mo", "2026-05-26"))

    assert "File the IMR application (dmhc-imr-apply-6mo, version 1)" in words
    assert "Last lawful:  Mon, Nov 30, 2026" in words
    assert "1. The clock starts from Tue, May 26, 2026" in words
    assert "1374.30" in words


def test_a_date_for_people_may_be_an_instant_and_nothing_else():
    assert (
        explain.explain_on("dmhc-wait-30d", "2026-11-02T23:00:00-08:00").opens_on.isoformat() == "2026-12-03"
    )
    with pytest.raises(DeadlineError, match="not an ISO date"):
        explain.explain_on("dmhc-wait-30d", "next week")


def test_the_command_answers_each_line_and_goes_on_after_a_bad_one(monkeypatch):
    from cases.deadlines.management.commands.explain_deadline import Command

    good = json.dumps({"rule": "dmhc-wait-30d", "triggered_at": "2026-11-02T09:00:00-08:00"})
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO(f"{good}\n\nnonsense\n".encode() + b"\xff\n"))
    )
    out = io.StringIO()

    Command(stdout=out).handle(jsonl=True, rule=None, on=None)

    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [sorted(answer)[0] for answer in answers] == ["act_on", "error", "error"]


def test_the_command_explains_one_rule_and_refuses_half_a_question():
    from django.core.management.base import CommandError

    from cases.deadlines.management.commands.explain_deadline import Command

    out = io.StringIO()
    Command(stdout=out).handle(jsonl=False, rule="dmhc-wait-30d", on="2026-11-02")
    assert "You can file from Thu, Dec 3." in out.getvalue()

    for rule, on in [("dmhc-wait-30d", None), (None, "2026-11-02"), ("no-such", "2026-11-02")]:
        with pytest.raises(CommandError):
            Command(stdout=out).handle(jsonl=False, rule=rule, on=on)

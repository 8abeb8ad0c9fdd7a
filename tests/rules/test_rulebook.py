"""The rule files: every rule cited, dated and proven by its own examples; every mistake refused."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from cases.deadlines import checking, rules
from cases.deadlines.rules import Rulebook, RulebookError, RuleNotInForce, UnknownRule, load_rulebook

ALL = load_rulebook().all()
DIRECTIONS = {
    "dmhc-grievance-file-180d": "ours",
    "dmhc-grievance-ack-5d": "theirs",
    "dmhc-grievance-resolve-30d": "theirs",
    "dmhc-wait-30d": "opens",
    "dmhc-imr-apply-6mo": "ours",
    "dmhc-imr-implement-5wd": "theirs",
}


def label(rule):
    return f"{rule.slug}-v{rule.version}"


def test_the_rulebook_holds_the_rules_and_their_directions():
    directions = {rule.slug: rule.direction for rule in ALL}

    assert DIRECTIONS.items() <= directions.items()


def test_no_rule_has_a_fault():
    assert list(checking.faults(ALL)) == []


@pytest.mark.parametrize("rule", ALL, ids=label)
def test_every_rule_is_cited_sourced_and_checked(rule):
    assert rule.cite and rule.source and rule.explanation and rule.trigger_words
    assert rule.checked_on >= date(2026, 11, 1)
    assert rule.checked_on >= rule.in_force_from or rule.in_force_from.year > 2026
    assert not rule.amount or len(rule.examples) >= 2


def test_confidence_below_h_is_unverified():
    unverified = {rule.slug for rule in ALL if rule.unverified}

    assert {"dmhc-grievance-file-180d", "dmhc-grievance-ack-5d"} <= unverified
    assert "dmhc-imr-apply-6mo" not in unverified


def test_the_version_in_force_on_the_trigger_date_is_chosen():
    old = replace(ALL[0], in_force_to=date(2026, 12, 31))
    new = replace(ALL[0], version=2, in_force_from=date(2027, 1, 1), amount=99)
    book = Rulebook([new, old])

    assert book.rule(old.slug, date(2026, 12, 31)) is old
    assert book.rule(old.slug, date(2027, 1, 1)) is new
    with pytest.raises(RuleNotInForce):
        book.rule(old.slug, date(1990, 1, 1))
    with pytest.raises(UnknownRule):
        book.rule("no-such-rule", date(2026, 1, 1))


@pytest.mark.parametrize("older_ends", [None, date(2027, 1, 1)])
def test_overlapping_versions_are_refused(older_ends):
    old = replace(ALL[0], in_force_to=older_ends)
    new = replace(ALL[0], version=2, in_force_from=date(2027, 1, 1))

    with pytest.raises(RulebookError, match="same day"):
        Rulebook([old, new])


LONG, MORE = (
    load_rulebook().rule(f"dmhc-imr-{part}", date(2026, 1, 1)) for part in ("decision-30d", "extension-3d")
)


@pytest.mark.parametrize(
    ("extension", "complaint"),
    [
        ({"slug": "another-name"}, "names no rule"),
        ({"owed_by": "plan"}, "another kind of duty"),
        ({"direction": "ours"}, "another kind of duty"),
        ({"extended_by": "dmhc-imr-extension-3d"}, "another kind of duty"),
    ],
)
def test_an_extension_that_does_not_fit_is_refused(extension, complaint):
    Rulebook([LONG, MORE])

    with pytest.raises(RulebookError, match=complaint):
        Rulebook([LONG, replace(MORE, **extension)])


def test_two_versions_with_one_number_are_refused():
    old = replace(ALL[0], in_force_to=date(2026, 12, 31))

    with pytest.raises(RulebookError, match="same number"):
        Rulebook([old, replace(ALL[0], in_force_from=date(2027, 1, 1))])


GOOD = """
[[rule]]
slug = "a-rule"
title = "Do it"
kind = "rule"
direction = "ours"
owed_by = "client"
owed_to = "plan"
trigger = "event"
trigger_words = "it happened"
amount = 5
unit = "calendar_days"
roll = "R"
urgency = "standard"
explanation = "Five days"
cite = "A law"
source = "https://law.example"
confidence = "H"
in_force_from = 2026-01-01
version = 1
checked_on = 2026-11-23
examples = [
  { given = 2026-11-02, nominal = 2026-11-07, last_lawful = 2026-11-09 },
  { given = 2026-11-05, nominal = 2026-11-10, last_lawful = 2026-11-10 },
]
"""


def test_a_well_written_file_is_read(tmp_path):
    path = tmp_path / "good.toml"
    path.write_text(GOOD)

    assert [rule.slug for rule in rules.read_rules(path)] == ["a-rule"]


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('cite = "A law"\n', "", "missing field cite"),
        ('cite = "A law"', 'cite = ""', "cite is empty"),
        ('cite = "A law"', 'cite = "A law"\ncolour = "red"', "unknown field colour"),
        ("amount = 5", 'amount = "5"', "amount is not a int"),
        ("amount = 5", "amount = true", "amount is not a int"),
        ("amount = 5", "amount = 0", "a length is"),
        ("amount = 5", "amount = -5", "a length is"),
        ('unit = "calendar_days"', 'unit = "days"', "unit is one of"),
        ('roll = "R"', 'roll = "B"', "does not go with"),
        ('kind = "rule"', 'kind = "note"', "has no length"),
        ("checked_on = 2026-11-23", "checked_on = 2026-11-23T10:00:00Z", "checked_on is not a date"),
        ("version = 1", "version = 1\nin_force_to = 2025-01-01", "in_force_to is before"),
        ("version = 1", 'version = 1\nsecond_trigger = "gossip"', "second_trigger is one of"),
        ("version = 1", 'version = 1\nextended_by = "more"', "extended_by goes with a duty of theirs"),
        ("  { given = 2026-11-02, nominal = 2026-11-07, last_lawful = 2026-11-09 },\n", "", "at least two"),
        ("given = 2026-11-02", "gven = 2026-11-02", "an example has"),
        ("given = 2026-11-02", "given = 2026-11-02T09:00:00", "carry an offset"),
        ("[[rule]]", "[[rules]]", r"holds \[\[rule\]\]"),
        ("[[rule]]", "[[rule", "bad.toml"),
    ],
)
def test_a_mistake_in_a_file_is_refused_with_its_place(tmp_path, before, after, complaint):
    path = tmp_path / "bad.toml"
    assert before in GOOD
    path.write_text(GOOD.replace(before, after))

    with pytest.raises(RulebookError, match=complaint):
        rules.read_rules(path)


def test_check_rulebook_says_what_it_read(capsys):
    call_command("check_rulebook")

    said = capsys.readouterr().out
    assert f"{len(ALL)} rules" in said
    assert "are unverified" in said


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("last_lawful = 2026-11-09", "last_lawful = 2026-11-10", "the example of 2026-11-02 is counted as"),
        ("given = 2026-11-02", "given = 2025-11-02", "has no answer: Version 1"),
        ('slug = "a-rule"', 'slug = "a-rule-6d"', "its name says 6d, its length is 5 calendar_days"),
        ('source = "https://law.example"', 'source = "not seen: from memory"', "its confidence is not H"),
        ('explanation = "Five days"', 'explanation = "Five days."', "ends with a full stop"),
    ],
)
def test_check_rulebook_names_the_rule_and_its_fault(tmp_path, monkeypatch, before, after, complaint):
    assert before in GOOD
    (tmp_path / "bad.toml").write_text(GOOD.replace(before, after))
    monkeypatch.setattr(rules, "RULEBOOK", tmp_path)
    load_rulebook.cache_clear()
    try:
        with pytest.raises(CommandError, match=f"a-rule.*{complaint}"):
            call_command("check_rulebook")
    finally:
        load_rulebook.cache_clear()


def test_a_rule_nobody_has_compared_for_a_year_is_named():
    old = replace(ALL[0], checked_on=date(2025, 1, 1))

    assert checking.stale([old, ALL[1]], before=date(2026, 1, 1)) == [old]

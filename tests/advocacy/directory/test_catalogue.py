"""What the files may say, and what they may not."""

import re
from datetime import date

import pytest

from advocacy.directory import catalogue
from advocacy.directory.models import RECORDS, Confidence, Office

# Could not be confirmed anywhere: printed, they would be a stranger's number.
NOT_SHIPPED = (
    "310-204-6010", "3701 Wilshire", "510-238-1040", "1438 Webster", "20-160", "1-800-889-4500", "95814-2725",
    "95814-2724", "916-651-2789", "9-17-37",
)  # fmt: skip
EVERY = [(model, row) for model in catalogue.PLACES for row in catalogue.rows(model)]


def test_the_catalogue_covers_every_kind_of_record() -> None:
    counts = {model: len(catalogue.rows(model)) for model in catalogue.PLACES}

    assert list(counts) == [model.__name__ for model in RECORDS]
    assert counts["HealthPlan"] >= 25
    assert counts["Office"] >= 19
    assert counts["Form"] >= 12


@pytest.mark.parametrize("name", ["regulators.toml", "offices.toml", "forms.toml", "plans.toml"])
def test_nothing_unconfirmed_is_shipped(name: str) -> None:
    text = (catalogue.FOLDER / name).read_text()

    assert [words for words in NOT_SHIPPED if words in text] == []


def test_a_form_whose_number_nobody_saw_has_none() -> None:
    numbers = {row["key"]: row.get("number", "") for row in catalogue.rows("Form")}

    assert numbers["dmhc-imr-complaint"] == "DMHC 20-224"
    assert numbers["dmhc-authorized-assistant"] == ""
    assert numbers["cdi-imr-application"] == ""


def test_each_row_has_a_source_a_confidence_a_day_and_only_known_fields() -> None:
    fields = {model.__name__: {each.name for each in model._meta.concrete_fields} for model in RECORDS}

    for model, row in EVERY:
        assert row["source"], row["key"]
        assert row["confidence"] in Confidence.values, row["key"]
        assert isinstance(row["checked_on"], date), row["key"]
        assert set(row) - {"current"} <= fields[model], row["key"]


def test_keys_are_unique_and_phones_are_numbers() -> None:
    for model in catalogue.PLACES:
        keys = [row["key"] for row in catalogue.rows(model)]
        assert len(keys) == len(set(keys)), model
    for _model, row in EVERY:
        for contact in ("phone", "tty", "fax"):
            assert re.fullmatch(r"(711|(1-)?\d{3}-\d{3}-\d{4})?", row.get(contact, "")), row["key"]
        assert set(row.get("doubtful", [])) <= set(Office.CONTACTS), row["key"]


def test_a_plan_whose_license_was_not_looked_up_is_unverified() -> None:
    for row in catalogue.rows("HealthPlan"):
        assert "not looked up" not in row["source"] or row["confidence"] != "H", row["key"]

"""The catalogue comes in, and operators' words stay."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from advocacy.directory import catalogue, services
from advocacy.directory.models import RECORDS, FormVersion, HealthPlan, Office, Regulator
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets the next catalogue say something else of one row."""
    rows = catalogue.rows

    def say(model: str, key: str, **facts: Any) -> None:
        def changed(name: str) -> list[catalogue.Row]:
            return [row | facts if (name, row["key"]) == (model, key) else row for row in rows(name)]

        monkeypatch.setattr(catalogue, "rows", changed)

    return say


def test_a_second_run_changes_nothing() -> None:
    first = services.sync_directory(now=NOW)
    before = [list(model.objects.order_by("key").values()) for model in RECORDS]

    second = services.sync_directory(now=NOW)

    assert first.created == sum(len(catalogue.rows(model)) for model in catalogue.PLACES)
    assert (second.created, second.updated, second.kept, second.unlisted) == (0, 0, [], [])
    assert second.unchanged == first.created
    assert [list(model.objects.order_by("key").values()) for model in RECORDS] == before


def test_facts_arrive_whole(directory: None) -> None:
    help_center = Office.objects.get(key="dmhc-help-center")

    assert help_center.regulator == Regulator.objects.get(key="dmhc")
    assert (help_center.phone, help_center.tty) == ("1-888-466-2219", "1-877-688-9891")
    assert help_center.postal_address == "980 9th Street, Suite 500, Sacramento, CA 95814"
    assert not help_center.is_unverified
    assert Office.objects.get(key="cdi-health-claims").doubts("fax")
    assert not Office.objects.get(key="cdi-health-claims").doubts("phone")
    assert HealthPlan.objects.get(key="caloptima").regulator is None
    assert ("Español", "1-800-300-0213") in Office.objects.get(key="covered-california").other_lines
    assert FormVersion.objects.get(key="dmhc-imr-complaint-en-2020").is_current


def test_a_new_catalogue_updates_what_nobody_touched(directory: None, said: Any) -> None:
    said("Office", "hicap", phone="1-800-555-0100", checked_on=date(2027, 1, 5))

    outcome = services.sync_directory(now=NOW)

    office = Office.objects.get(key="hicap")
    assert (office.phone, office.checked_on) == ("1-800-555-0100", date(2027, 1, 5))
    assert (outcome.updated, outcome.kept) == (1, [])


def test_what_an_operator_changed_stays_and_is_named(directory: None, said: Any) -> None:
    Office.objects.filter(key="hicap").update(phone="1-800-555-0199")
    said("Office", "hicap", phone="1-800-555-0100", handles="Advice.", checked_on=date(2027, 1, 5))

    outcome = services.sync_directory(now=NOW)
    again = services.sync_directory(now=NOW)

    office = Office.objects.get(key="hicap")
    assert office.phone == "1-800-555-0199"
    assert office.handles == "Advice."
    assert office.checked_on == date(2026, 11, 23), "nobody has checked the operator's number"
    assert outcome.kept == again.kept == ["office hicap: phone"]


def test_a_check_by_an_operator_is_not_taken_back(directory: None) -> None:
    Office.objects.filter(key="hicap").update(checked_on=date(2027, 3, 1))

    outcome = services.sync_directory(now=NOW)

    assert Office.objects.get(key="hicap").checked_on == date(2027, 3, 1)
    assert outcome.kept == []


def test_an_operators_own_record_with_the_same_key_is_left_alone(db: None) -> None:
    Office.objects.create(
        key="hicap", name="Ours", kind="helps", handles="Ours.", source="Ours", checked_on=date(2026, 1, 1)
    )

    services.sync_directory(now=NOW)

    assert Office.objects.get(key="hicap").name == "Ours"


def test_what_left_the_catalogue_stays_and_is_named(directory: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = catalogue.rows
    monkeypatch.setattr(
        catalogue, "rows", lambda model: [row for row in rows(model) if row["key"] != "molina"]
    )

    outcome = services.sync_directory(now=NOW)

    assert HealthPlan.objects.filter(key="molina").exists()
    assert outcome.unlisted == ["health plan molina"]


def test_a_hidden_record_stays_hidden(directory: None) -> None:
    HealthPlan.objects.filter(key="molina").update(is_shown=False)

    services.sync_directory(now=NOW)

    assert not HealthPlan.objects.get(key="molina").is_shown


def test_a_new_edition_of_the_catalogue_ends_its_old_one(
    directory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = catalogue.rows
    [old] = [row for row in rows("FormVersion") if row["key"] == "dmhc-imr-complaint-en-2020"]
    new = old | {"key": "dmhc-imr-complaint-en-2027", "edition": "rev. 01/27", "checked_on": date(2027, 2, 1)}
    monkeypatch.setattr(
        catalogue, "rows", lambda model: rows(model) + ([new] if model == "FormVersion" else [])
    )

    services.sync_directory(now=NOW)

    assert FormVersion.objects.get(key="dmhc-imr-complaint-en-2027").is_current
    ended = FormVersion.objects.get(key="dmhc-imr-complaint-en-2020")
    assert (ended.is_current, ended.ended_on) == (False, date(2027, 2, 1))


def test_the_command_prints_what_it_did() -> None:
    out = StringIO()

    call_command("sync_directory", stdout=out)
    Office.objects.filter(key="hicap").update(phone="1-800-555-0199")
    call_command("sync_directory", stdout=out)

    assert "created" in out.getvalue()
    assert "kept      office hicap: phone" in out.getvalue()


def test_history_is_written_by_the_serving_role_and_cannot_be_changed(directory: None) -> None:
    office = Office.objects.get(key="hicap")
    office.phone = "1-800-555-0199"
    office.save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "app_user"
    assert list(office.history.order_by("pgh_id").values_list("pgh_label", "phone")) == [
        ("insert", "1-800-434-0222"),
        ("update", "1-800-555-0199"),
    ]
    with pytest.raises(Exception, match="Cannot update"):
        office.history.update(phone="")

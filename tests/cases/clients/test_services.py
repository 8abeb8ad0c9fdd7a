"""Clients and their cover: names of every kind, and a member number nobody reads in the database."""

import pytest
from django.db import connection

from advocacy.kernel.encrypted import decrypt
from cases.clients import services
from cases.clients.models import Client, Coverage
from tests.conftest import NOW
from tests.factories import make_client

pytestmark = pytest.mark.django_db


def make_coverage(client: Client, by: object, **fields: str) -> Coverage:
    said = {"plan_name": "Golden Bay", "member_id": "GB-77-314159", "regulator": "unknown", "evidence": ""}
    return services.add_coverage(client=client, **(said | fields), by=by.pk, now=NOW)


def stored_member_id(coverage: Coverage) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id FROM coverage WHERE id = %s", [coverage.pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("given", "family", "listed"),
    [
        ("Mateo", "Reyes", "Reyes, Mateo"),
        ("", "Suharto", "Suharto"),
        ("Soo-ah", "김", "김, Soo-ah"),
        ("محمد", "الأحمد", "الأحمد, محمد"),
        ("Zoë Ńguyễn", "O’Brien-d’Arc", "O’Brien-d’Arc, Zoë Ńguyễn"),
        ("👩‍🦽", "X Æ A-12", "X Æ A-12, 👩‍🦽"),
    ],
)
def test_a_name_is_kept_as_it_is_written(in_harbor, bob, given, family, listed):
    client = make_client(by=bob, now=NOW, given_name=f" {given} ", family_name=f" {family} ")

    client.refresh_from_db()
    assert (client.given_name, client.family_name, client.listed_name) == (given, family, listed)


def test_an_address_is_kept_in_lower_case(in_harbor, bob):
    assert make_client(by=bob, now=NOW, email=" Mateo@Demo.Example ").email == "mateo@demo.example"


def test_a_correction_replaces_the_particulars(in_harbor, bob):
    client = make_client(by=bob, now=NOW)

    services.correct_client(
        client=client, family_name="Reyes Luna", given_name="", email="", phone="1", language="es",
        address=" 1 Elm Street ", reach="letter", may_leave_voicemail=True, is_shared=True,
        safe_words=" noon ",
        by=bob.pk, now=NOW,
    )  # fmt: skip

    client = Client.objects.get(pk=client.pk)
    assert (client.listed_name, client.email, client.phone, client.language) == ("Reyes Luna", "", "1", "es")
    assert (client.address, client.reach, client.safe_words) == ("1 Elm Street", "letter", "noon")
    assert client.may_leave_voicemail
    assert client.is_shared


def test_the_member_number_is_unreadable_in_the_database_and_readable_by_the_model(in_harbor, bob):
    coverage = make_coverage(make_client(by=bob, now=NOW), bob)

    stored = stored_member_id(coverage)

    assert "314159" not in stored
    assert stored.startswith("k1:")
    assert decrypt(stored, place="coverage.member_id") == "GB-77-314159"
    assert Coverage.objects.get(pk=coverage.pk).member_id == "GB-77-314159"


def test_equal_member_numbers_do_not_look_equal(in_harbor, bob):
    client = make_client(by=bob, now=NOW)

    first, second = make_coverage(client, bob), make_coverage(client, bob)

    assert stored_member_id(first) != stored_member_id(second)


def test_no_member_number_stays_empty(in_harbor, bob):
    coverage = make_coverage(make_client(by=bob, now=NOW), bob, member_id=" ")

    assert stored_member_id(coverage) == ""
    assert Coverage.objects.get(pk=coverage.pk).member_id == ""


def test_a_corrected_cover_keeps_its_number_encrypted(in_harbor, bob):
    coverage = make_coverage(make_client(by=bob, now=NOW), bob)

    services.correct_coverage(
        coverage=coverage, plan_name=" Acme PPO ", member_id="AC-271828", regulator="cdi",
        evidence="the card", evidence_kind="card", certainty="likely", delegate=" Hill Medical Group ",
        by=bob.pk, now=NOW,
    )  # fmt: skip

    coverage = Coverage.objects.get(pk=coverage.pk)
    assert (coverage.plan_name, coverage.member_id, coverage.regulator) == ("Acme PPO", "AC-271828", "cdi")
    assert (coverage.delegate, coverage.evidence_kind, coverage.certainty) == (
        "Hill Medical Group", "card", "likely",
    )  # fmt: skip
    assert "271828" not in stored_member_id(coverage)

"""A request that is sent twice: one effect, one answer (`Idempotency-Key`)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from advocacy.accounts.models import User
from advocacy.api import tasks
from advocacy.api.models import KeptAnswer
from advocacy.audit.models import AuditEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.clients.models import Client
from tests.advocacy.api.asking import Program, issue, program_of
from tests.factories import make_case

NEW = {"family_name": "Reyes"}
NAME = {"Idempotency-Key": "row-17"}


def clients_of(organisation: Organisation) -> int:
    with scope(organisation.pk, door=Door.STAFF), transaction.atomic():
        return Client.objects.count()


@pytest.mark.django_db
def test_the_same_request_again_gets_the_same_answer_and_no_second_effect(
    harbor: Organisation, bob: User
) -> None:
    program = program_of(bob)

    first, again = (program.post("clients/", NEW, **NAME) for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 201
    assert first.content == again.content
    assert clients_of(harbor) == 1


@pytest.mark.django_db
def test_the_order_of_fields_is_no_change_and_another_body_or_address_is(
    harbor: Organisation, bob: User
) -> None:
    program = program_of(bob)
    program.post("clients/", {"family_name": "Reyes", "phone": "1"}, **NAME)

    same = program.post("clients/", {"phone": "1", "family_name": "Reyes"}, **NAME)
    body = program.post("clients/", {"family_name": "Reyes", "phone": "2"}, **NAME)
    address = program.post("coverages/", {"phone": "1", "family_name": "Reyes"}, **NAME)

    assert same.status_code == 201
    assert (body.status_code, address.status_code) == (422, 422)
    assert list(body.json()["errors"]) == ["Idempotency-Key"]
    assert clients_of(harbor) == 1


@pytest.mark.django_db
def test_another_key_does_not_share_the_name(harbor: Organisation, alice: User, bob: User) -> None:
    programs = [program_of(bob), program_of(bob), program_of(alice)]

    answers = [program.post("clients/", NEW, **NAME) for program in programs]

    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 3


@pytest.mark.django_db
def test_what_was_refused_is_not_kept(harbor: Organisation, bob: User, adam: User) -> None:
    program, auditor = program_of(bob), program_of(adam)

    wrong = program.post("clients/", {"family_name": ""}, **NAME)
    right = program.post("clients/", NEW, **NAME)
    refused = auditor.post("clients/", NEW, **NAME)

    assert (wrong.status_code, right.status_code, refused.status_code) == (422, 201, 403)
    with scope(harbor.pk, door=Door.STAFF):
        assert KeptAnswer.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_name_has_1_to_255_characters(bob: User, name: str) -> None:
    answer = program_of(bob).post("clients/", NEW, **{"Idempotency-Key": name})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(harbor: Organisation, bob: User) -> None:
    program = program_of(bob)

    def ask(_number: int) -> tuple[int, str]:
        try:
            answer = program.post("clients/", NEW, **NAME)
            return answer.status_code, answer.json().get("id", answer.json().get("code"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))

    counted = Counter(status for status, _ in answers)
    assert clients_of(harbor) == 1
    assert set(counted) <= {201, 409}
    assert counted[201] >= 1
    assert len({said for status, said in answers if status == 201}) == 1
    assert {said for status, said in answers if status == 409} <= {"in_flight"}
    assert program.post("clients/", NEW, **NAME).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_request_whose_twin_is_being_answered_gets_409(harbor: Organisation, bob: User) -> None:
    from advocacy.api import services

    key, secret = issue(bob)

    def ask(_nothing: None) -> int:
        try:
            return int(Program(secret).post("clients/", NEW, **NAME).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
            services.answered(key=key, name=NAME["Idempotency-Key"], asked="-", now=clock.now())
            meanwhile = pool.submit(ask, None).result(timeout=30)
        afterwards = pool.submit(ask, None).result(timeout=30)

    assert (meanwhile, afterwards) == (409, 201)


@pytest.mark.django_db
def test_who_may_no_longer_see_the_case_is_not_shown_it_again(
    harbor: Organisation, bob: User, vera: User
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=vera, now=clock.now())
    program, day = program_of(vera), clock.now().date() - timedelta(days=9)
    letter = {"case": str(case.pk), "dated_on": str(day), "received_on": str(day), "how_received": "mail",
              "reason": "other"}  # fmt: skip
    first = program.post("denials/", letter, **NAME)

    with scope(harbor.pk, door=Door.STAFF):
        Case.objects.filter(pk=case.pk).update(owner=bob)

    assert first.status_code == 201
    assert program.post("denials/", letter, **NAME).status_code == 404


@pytest.mark.django_db
def test_an_answer_that_is_shown_again_is_recorded_again(harbor: Organisation, bob: User) -> None:
    program = program_of(bob)

    for _ in range(2):
        program.post("clients/", NEW, **NAME)

    with scope(harbor.pk, door=Door.STAFF):
        client = Client.objects.get()
        assert AuditEvent.objects.filter(act="read api:clients", client_id=client.pk).count() == 2


@pytest.mark.django_db
def test_a_kept_answer_lies_encrypted(harbor: Organisation, bob: User) -> None:
    program_of(bob).post("clients/", {"family_name": "Ostrowska"}, **NAME)

    with scope(harbor.pk, door=Door.STAFF), connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_jsonb(api_answer)::text FROM api_answer")
        [(text,)] = cursor.fetchall()

    assert "Ostrowska" not in text
    assert NAME["Idempotency-Key"] not in text


def backdate(admin_url: str) -> None:
    """Let every kept answer have expired an hour ago."""
    with psycopg.connect(admin_url) as administrator:
        administrator.execute("UPDATE api_answer SET expires_at = now() - interval '1 hour'")


@pytest.mark.django_db(transaction=True)
def test_after_a_day_the_name_is_free_again(harbor: Organisation, bob: User, admin_url: str) -> None:
    program = program_of(bob)
    first = program.post("clients/", NEW, **NAME)
    backdate(admin_url)

    other = program.post("clients/", {"family_name": "Ortega"}, **NAME)

    assert (first.status_code, other.status_code) == (201, 201)
    assert clients_of(harbor) == 2


@pytest.mark.django_db(transaction=True)
def test_the_job_removes_what_has_expired_and_nothing_else(
    harbor: Organisation, sierra: Organisation, bob: User, charlie: User, admin_url: str
) -> None:
    for program in (program_of(bob), program_of(charlie)):
        program.post("clients/", NEW, **NAME)
    backdate(admin_url)
    program_of(bob).post("clients/", NEW, **NAME)
    Organisation.objects.filter(pk=sierra.pk).update(suspended_at=clock.now())

    for _ in range(2):
        tasks.purge()

    left: dict[str, Any] = {}
    for organisation in (harbor, sierra):
        with scope(organisation.pk, door=Door.JOB), transaction.atomic():
            left[organisation.slug] = KeptAnswer.objects.count()
    assert left == {"harbor": 1, "sierra": 0}


@pytest.mark.django_db
def test_no_door_removes_an_answer_that_is_still_kept(harbor: Organisation, bob: User) -> None:
    program_of(bob).post("clients/", NEW, **NAME)

    for door in Door:
        with scope(harbor.pk, door=door):
            KeptAnswer.objects.all().delete()

    with scope(harbor.pk, door=Door.STAFF):
        assert KeptAnswer.objects.count() == 1

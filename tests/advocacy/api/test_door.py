"""Who comes in: a live key of a live membership, as far as its scope and its member's role go."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind, Membership, User
from advocacy.audit.models import AuditEvent, PlatformEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from tests.advocacy.api.asking import BASE, Program, issue, program_of
from tests.factories import make_case, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(harbor: Organisation, bob: User) -> Case:
    with scope(harbor.pk, door=Door.STAFF):
        return make_case(by=bob, now=clock.now())


def test_a_key_opens_what_its_member_sees(case: Case, bob: User) -> None:
    answer = program_of(bob).get("cases/")

    assert answer.status_code == 200
    assert [each["id"] for each in answer.json()["results"]] == [str(case.pk)]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {}x", "Token {}"]
)
def test_without_a_good_key_the_answer_is_401_and_says_how(
    case: Case, bob: User, client: Any, header: Any
) -> None:
    secret = issue(bob)[1]
    headers = {} if header is None else {"Authorization": header.format(secret)}

    answer = client.get(BASE + "cases/", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def ended(key: AccessKey, bob: User) -> None:
    keys.revoke(key, now=clock.now())


def expired(key: AccessKey, bob: User) -> None:
    AccessKey.objects.filter(pk=key.pk).update(expires_at=clock.now() - timedelta(seconds=1))


def left(key: AccessKey, bob: User) -> None:
    Membership.objects.filter(user=bob).update(left_at=clock.now())


def inactive(key: AccessKey, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)


def suspended(key: AccessKey, bob: User) -> None:
    Organisation.objects.update(suspended_at=clock.now())


def of_another_kind(key: AccessKey, bob: User) -> None:
    AccessKey.objects.filter(pk=key.pk).update(kind=AccessKeyKind.EMBED)


@pytest.mark.parametrize("happens", [ended, expired, left, inactive, suspended, of_another_kind])
def test_a_key_dies_at_once_with_what_it_hangs_on(case: Case, bob: User, happens: Any) -> None:
    key, secret = issue(bob)
    before = Program(secret).get("cases/").status_code

    happens(key, bob)

    assert (before, Program(secret).get("cases/").status_code) == (200, 401)


def test_the_database_refuses_a_program_without_a_member_or_a_scope(harbor: Organisation, bob: User) -> None:
    for wrong in ({"membership": None, "scope": "read"}, {"membership": bob.memberships.get(), "scope": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            keys.issue(kind=AccessKeyKind.API, organisation=harbor, now=clock.now(), **wrong)


def test_a_session_opens_nothing_and_cannot_be_misused(case: Case, bob: User, signed_in: Any) -> None:
    browser = signed_in(bob)

    looked = browser.get(BASE + "cases/")
    wrote = browser.post(BASE + "clients/", {"family_name": "New"}, content_type="application/json")

    assert (looked.status_code, wrote.status_code) == (401, 401)


def test_a_key_that_may_only_read_writes_nothing(case: Case, bob: User) -> None:
    reader = program_of(bob, scope="read")

    looked = reader.get(f"cases/{case.pk}/")
    wrote = reader.patch(f"clients/{case.client_id}/", {"family_name": "New"})

    assert (looked.status_code, wrote.status_code) == (200, 403)
    assert wrote.json()["detail"] == "This key may only read"
    assert reader.get(f"clients/{case.client_id}/").json()["family_name"] == "Reyes"


def test_a_key_that_may_only_read_may_ask_for_a_preview(bob: User) -> None:
    asked = {"rule": "dmhc-grievance-resolve-30d", "on": "2026-11-02"}

    answer = program_of(bob, scope="read").post("deadlines/preview/", asked)

    assert answer.status_code == 200, answer.json()


def test_the_role_of_the_member_holds_and_sight_comes_first(case: Case, adam: User, vera: User) -> None:
    auditor, volunteer = program_of(adam), program_of(vera)

    assert auditor.get(f"cases/{case.pk}/").status_code == 200
    assert auditor.patch(f"cases/{case.pk}/", {"service": "other"}).status_code == 403
    assert volunteer.get("cases/").json()["results"] == []
    assert volunteer.get(f"cases/{case.pk}/").status_code == 404
    assert volunteer.patch(f"cases/{case.pk}/", {"service": "other"}).status_code == 404
    assert volunteer.post("clients/", {"family_name": "New"}).status_code == 403


def test_a_neighbour_gets_what_is_absent(case: Case, charlie: User) -> None:
    neighbour, absent = program_of(charlie), str(case.pk)[:-4] + "0000"

    there, gone = neighbour.get(f"cases/{case.pk}/"), neighbour.get(f"cases/{absent}/")

    assert there.status_code == gone.status_code == 404
    assert there.json() == gone.json()


def test_a_changed_role_holds_at_the_next_request(case: Case, bob: User) -> None:
    program = program_of(bob)
    before = program.post("clients/", {"family_name": "One"}).status_code

    Membership.objects.filter(user=bob).update(role="auditor")

    assert (before, program.post("clients/", {"family_name": "Two"}).status_code) == (201, 403)


def test_what_is_shown_is_recorded_for_the_client_by_the_staff_door(
    harbor: Organisation, case: Case, bob: User
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        make_client(by=bob, now=clock.now(), family_name="Other")
    program = program_of(bob)

    program.get(f"cases/{case.pk}/")
    program.get("clients/")

    with scope(harbor.pk, door=Door.STAFF):
        seen = AuditEvent.objects.filter(act__contains=" api:").order_by("at", "pk")
        assert [(each.act, each.actor_id, each.door) for each in seen] == [
            ("read api:case", bob.pk, "staff"), ("listed api:clients", bob.pk, "staff"),
            ("listed api:clients", bob.pk, "staff"),
        ]  # fmt: skip
        assert seen[0].client_id == case.client_id


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_recorded_with_who_was_refused(harbor: Organisation, bob: User, charlie: User) -> None:
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        case = make_case(by=bob, now=clock.now())

    program_of(charlie).get(f"cases/{case.pk}/")

    refused = PlatformEvent.objects.get(act="refused 404")
    assert (refused.actor_id, refused.subject) == (charlie.pk, "api:case")


def test_a_key_notes_when_it_was_used_once_an_hour(bob: User) -> None:
    key, secret = issue(bob)

    Program(secret).get("cases/")
    first = AccessKey.objects.get(pk=key.pk).last_used_at
    Program(secret).get("cases/")

    assert first is not None
    assert AccessKey.objects.get(pk=key.pk).last_used_at == first


def test_an_organisation_that_asks_too_often_is_told_when_to_come_back(
    bob: User, alice: User, charlie: User, settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    programs = [program_of(bob), program_of(alice)]

    answers = [programs[number % 2].get("cases/") for number in range(4)]

    # A new minute may begin between two of them.
    while [each.status_code for each in answers][-1] != 429:
        answers = [programs[number % 2].get("cases/") for number in range(4)]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert program_of(charlie).get("cases/").status_code == 200


def test_a_refused_request_counts_although_it_was_rolled_back(bob: User, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    program = program_of(bob)

    answers = {program.get("cases/01900000-0000-7000-8000-000000000000/").status_code for _ in range(6)}

    assert answers == {404, 429}

"""Keys for programs: shown once, the member's own, and the owner's to end."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from advocacy.accounts.models import AccessKey, User
from advocacy.audit.models import AuditEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from tests.advocacy.api.asking import Program, issue

pytestmark = pytest.mark.django_db
PAGE = "keys:keys"
GOOD = {"label": "Spreadsheet", "scope": "read", "lasts": "90"}


def url(name: str = PAGE, *ids: Any) -> str:
    return reverse(name, args=["harbor", *ids])


def secret_in(answer: Any) -> str:
    return str(answer.context["secret"])


def test_a_member_makes_a_key_that_is_shown_once_and_opens(
    harbor: Organisation, bob: User, signed_in: Any
) -> None:
    browser = signed_in(bob)

    made = browser.post(url(), GOOD)
    later = browser.get(url())

    secret, key = secret_in(made), AccessKey.objects.get()
    assert made.status_code == 200
    assert secret in made.content.decode()
    assert secret not in later.content.decode()
    assert "Spreadsheet" in later.content.decode()
    assert key.membership == bob.memberships.get()
    assert key.expires_at - key.created_at == timedelta(days=90)
    assert Program(secret).get("cases/").status_code == 200
    with scope(harbor.pk, door=Door.STAFF):
        assert AuditEvent.objects.filter(
            act="program key issued", actor_id=bob.pk, subject_id=key.pk
        ).exists()


def test_a_form_that_is_not_complete_makes_no_key(bob: User, signed_in: Any) -> None:
    answer = signed_in(bob).post(url(), {"label": "Spreadsheet"})

    assert answer.status_code == 422
    assert b"Choose what it may do" in answer.content
    assert not AccessKey.objects.exists()


def test_who_made_it_ends_it(harbor: Organisation, bob: User, signed_in: Any) -> None:
    key, secret = issue(bob)

    answer = signed_in(bob).post(url("keys:revoke", key.pk))

    assert answer.status_code == 302
    assert Program(secret).get("cases/").status_code == 401
    with scope(harbor.pk, door=Door.STAFF):
        assert AuditEvent.objects.filter(act="program key revoked", actor_id=bob.pk).exists()


def test_the_owner_sees_and_ends_everybodys_and_nobody_else_does(
    alice: User, dana: User, bob: User, charlie: User, signed_in: Any
) -> None:
    key, _ = issue(bob)
    foreign, _ = issue(charlie)

    supervisor, owner = signed_in(dana), signed_in(alice)

    assert b"Spreadsheet" not in supervisor.get(url()).content
    assert supervisor.post(url("keys:revoke", key.pk)).status_code == 404
    assert owner.get(url()).content.count(b"Spreadsheet") == 2
    assert owner.post(url("keys:revoke", foreign.pk)).status_code == 404
    assert owner.post(url("keys:revoke", key.pk)).status_code == 302
    assert AccessKey.objects.get(pk=key.pk).revoked_at
    assert AccessKey.objects.get(pk=foreign.pk).revoked_at is None


def test_a_key_that_ran_out_says_so(bob: User, signed_in: Any) -> None:
    issue(bob, now=clock.now() - timedelta(days=91), lasts=timedelta(days=90))

    page = signed_in(bob).get(url()).content.decode()

    assert "Ran out" in page
    assert "End this key" not in page

"""What each role may do, as a table to be read; and what happens to those who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ROLES, Permission
from advocacy.audit.models import AuditEvent, PlatformEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case, Note
from cases.clients.models import Client as CareClient
from tests.factories import make_denied_case

pytestmark = pytest.mark.django_db
TODAY = "dashboard:today"

#                      owner  supervisor  advocate  volunteer  auditor
TABLE = """
CASE_READ              yes    yes         yes       yes        yes
CASE_READ_ALL          yes    yes         yes       no         yes
CASE_OPEN              yes    yes         yes       no         no
CASE_WRITE             yes    yes         yes       yes        no
CASE_ASSIGN            yes    yes         no        no         no
FILE                   yes    yes         yes       no         no
AUDIT_READ             yes    yes         no        no         yes
STORIES                yes    yes         no        no         no
REMIND                 yes    yes         no        no         no
PEOPLE                 yes    no          no        no         no
KEYS                   yes    no          no        no         no
"""


def test_the_table_of_roles_is_this_one() -> None:
    lines = [line.split() for line in TABLE.split("\n") if line]
    roles = list(ROLES.values())

    assert [role.key for role in roles] == ["owner", "supervisor", "advocate", "volunteer", "auditor"]
    assert {name for name, *_ in lines} == {permission.name for permission in Permission}
    for name, *answers in lines:
        held = ["yes" if Permission[name] in role.permissions else "no" for role in roles]
        assert held == answers, name


def test_a_member_whose_membership_ended_gets_404_at_the_next_request(bob: User, signed_in: Any) -> None:
    client, url = signed_in(bob), reverse(TODAY, args=["harbor"])
    before = client.get(url).status_code

    Membership.objects.filter(user=bob).update(left_at=clock.now())

    assert before == 200
    assert client.get(url).status_code == 404


def test_a_suspended_organisation_answers_404(harbor: Organisation, bob: User, signed_in: Any) -> None:
    client, url = signed_in(bob), reverse(TODAY, args=["harbor"])
    before = client.get(url).status_code

    Organisation.objects.filter(pk=harbor.pk).update(suspended_at=clock.now())

    assert before == 200
    assert client.get(url).status_code == 404


def test_a_person_made_inactive_is_sent_to_sign_in(bob: User, signed_in: Any) -> None:
    client = signed_in(bob)

    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert client.get(reverse(TODAY, args=["harbor"])).status_code == 302


def test_a_changed_role_holds_at_the_next_request(bob: User, signed_in: Any) -> None:
    client, url = signed_in(bob), reverse("casefile:new_client", args=["harbor"])
    before = client.get(url).status_code

    Membership.objects.filter(user=bob).update(role="auditor")

    assert before == 200
    assert client.get(url).status_code == 403


def test_without_the_permission_the_answer_is_403_and_nothing_is_written(
    harbor: Organisation, bob: User, adam: User, signed_in: Any
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=clock.now())
        acts = AuditEvent.objects.count()

    client = signed_in(adam)
    note = client.post(reverse("casefile:write_note", args=["harbor", case.pk]), {"text": "mine"})
    person = client.post(reverse("casefile:new_client", args=["harbor"]), {"family_name": "New"})

    assert (note.status_code, person.status_code) == (403, 403)
    with scope(harbor.pk, door=Door.STAFF):
        assert Note.objects.count() == 0
        assert CareClient.objects.count() == 1
        assert AuditEvent.objects.count() == acts


def test_a_volunteer_learns_of_a_case_with_its_assignment_and_not_before(
    harbor: Organisation, bob: User, vera: User, signed_in: Any
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=clock.now())
    client, url = signed_in(vera), reverse("dashboard:case", args=["harbor", case.pk])
    before = client.get(url).status_code

    with scope(harbor.pk, door=Door.STAFF):
        Case.objects.filter(pk=case.pk).update(owner=vera)

    assert before == 404
    assert client.get(url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_recorded_although_the_view_rolled_back(
    harbor: Organisation, sierra: Organisation, adam: User, charlie: User, signed_in: Any
) -> None:
    asked_at = clock.now()

    signed_in(charlie).get(reverse(TODAY, args=["harbor"]))
    signed_in(adam).post(reverse("casefile:new_client", args=["harbor"]), {"family_name": "New"})

    refused = PlatformEvent.objects.filter(act__startswith="refused").order_by("at")
    assert [(each.act, each.actor_id, each.subject) for each in refused] == [
        ("refused 404", charlie.pk, TODAY),
        ("refused 403", adam.pk, "casefile:new_client"),
    ]
    assert all(abs(each.at - asked_at) < timedelta(minutes=1) for each in refused)

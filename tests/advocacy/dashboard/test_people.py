"""People of an organisation: invited, changed, let go; by owners alone, and nothing is left behind."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.accounts import keys, services
from advocacy.accounts.models import AccessKey, AccessKeyKind, Invitation, Membership, User
from advocacy.accounts.roles import VOLUNTEER
from advocacy.kernel import clock
from advocacy.mail.models import OutgoingMail
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case, Task
from reminders.models import Reminder
from reminders.services import plan
from tests.factories import make_denied_case, make_task
from tests.signing_in import enter

pytestmark = pytest.mark.django_db
PEOPLE = "/o/harbor/people/"
NEW = "nina@demo.example"
SENTENCE = "seven gulls over the pier"


def link_in_mail(to: str) -> str:
    """The path of the newest invitation that was mailed to the address."""
    mail = OutgoingMail.objects.filter(to=to, kind="invitation").order_by("created_at").last()
    assert mail is not None
    found = re.search(r"(/join/[\w-]+/)", mail.text)
    assert found is not None
    assert found[1] in mail.html
    return found[1]


def invite(client: Client, email: str = NEW, role: str = "advocate") -> Any:
    return client.post(f"{PEOPLE}invite/", {"email": email, "role": role})


def shape(response: Any, email: str) -> tuple[int, str, str]:
    """An answer without the address it repeats."""
    said = "".join(str(each) for each in response.wsgi_request._messages)
    return response.status_code, response.headers.get("Location", ""), said.replace(email, "<address>")


def long_ago(client: Client) -> Client:
    """The same browser an hour after its person last proved who they are."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 60 * 60
    session.save()
    return client


def test_an_invitation_brings_somebody_new_in(alice: User, signed_in: Any) -> None:
    invite(signed_in(alice))
    browser = Client()

    opened = browser.get(link_in_mail(NEW))
    easy = browser.post("/join/", {"name": "Nina Park", "password": "too short"})
    joined = browser.post("/join/", {"name": "Nina Park", "password": SENTENCE})

    nina = User.objects.get(email=NEW)
    assert opened.headers["Location"] == "/join/"
    assert easy.status_code == 422
    assert "at least 15 characters" in easy.content.decode()
    assert joined.headers["Location"] == "/"
    assert nina.memberships.get().role == "advocate"
    # She is in, and comes to the second step before any staff page.
    assert browser.get("/o/harbor/").headers["Location"].startswith(reverse("accounts:second_step"))
    assert Client().get(link_in_mail(NEW)).status_code == 404


def test_a_form_takes_no_more_than_it_asks(alice: User, bob: User, signed_in: Any) -> None:
    more = {
        "is_operator": "1", "is_demo": "1", "is_active": "", "accepted_at": "2026-01-01",
        "left_at": "2026-01-01", "organisation": "x", "user": str(alice.pk),
    }  # fmt: skip
    client, browser = signed_in(alice), Client()
    client.post(f"{PEOPLE}invite/", more | {"email": NEW, "role": "volunteer"})
    browser.get(link_in_mail(NEW))
    browser.post(
        "/join/",
        more | {"name": "Nina", "password": SENTENCE, "email": "other@demo.example", "role": "owner"},
    )
    url = reverse("dashboard:change_role", args=["harbor", bob.memberships.get().pk])
    client.post(url, more | {"role": "supervisor"})

    nina, his = User.objects.get(email=NEW), bob.memberships.get()
    assert (nina.is_operator, nina.is_demo, nina.is_active) == (False, False, True)
    assert nina.memberships.get().role == "volunteer"
    assert (his.user, his.role, his.left_at) == (bob, "supervisor", None)
    assert not User.objects.filter(email="other@demo.example").exists()


def test_an_invitation_brings_somebody_in_who_signs_in_here_already(
    alice: User, charlie: User, signed_in: Any
) -> None:
    invite(signed_in(alice), charlie.email)
    stranger, his = Client(), signed_in(charlie)
    link = link_in_mail(charlie.email)

    stranger.get(link)
    asked = stranger.get("/join/").content.decode()
    his.get(link)
    joined = his.post("/join/")

    assert "Sign in to join" in asked
    assert "password" not in asked
    assert joined.headers["Location"] == "/o/harbor/"
    assert his.get("/o/harbor/").status_code == 200
    assert charlie.memberships.count() == 2


def test_an_invitation_is_for_one_address(alice: User, bob: User, signed_in: Any) -> None:
    invite(signed_in(alice))
    bobs = signed_in(bob)
    bobs.get(link_in_mail(NEW))

    answer = bobs.post("/join/")

    assert answer.status_code == 422
    assert Invitation.objects.waiting().count() == 1


def test_known_and_unknown_addresses_are_invited_alike(alice: User, charlie: User, signed_in: Any) -> None:
    known, unknown = invite(signed_in(alice), charlie.email), invite(signed_in(alice), NEW)

    assert shape(known, charlie.email) == shape(unknown, NEW)
    mails = {mail.to: mail for mail in OutgoingMail.objects.filter(kind="invitation")}
    bare = [re.sub(r"/join/[\w-]+/", "", mails[to].text) for to in (charlie.email, NEW)]
    assert bare[0] == bare[1]


def test_a_link_ends_by_time_by_a_newer_one_and_by_being_taken_back(alice: User, signed_in: Any) -> None:
    client = signed_in(alice)
    invite(client)
    first, invitation = link_in_mail(NEW), Invitation.objects.get()

    again = client.post(reverse("dashboard:send_again", args=["harbor", invitation.pk]))
    second = link_in_mail(NEW)
    after_again = (Client().get(first).status_code, Client().get(second).status_code)
    AccessKey.objects.filter(revoked_at=None).update(expires_at=clock.now() - timedelta(minutes=1))
    late = Client().get(second).status_code
    client.post(reverse("dashboard:send_again", args=["harbor", invitation.pk]))
    third, browser = link_in_mail(NEW), Client()
    browser.get(third)
    client.post(reverse("dashboard:withdraw", args=["harbor", invitation.pk]))

    assert again.status_code == 302
    assert after_again == (404, 302)
    assert late == 404
    assert Client().get(third).status_code == 404
    assert browser.get("/join/").status_code == 404, "an opened page ends too"
    ended = [re.sub(r"\w{64}", "", Client().get(path).content.decode()) for path in ("/join/x/", third)]
    assert ended[0] == ended[1]


def test_who_works_here_or_is_invited_already_is_not_invited_twice(
    alice: User, bob: User, signed_in: Any
) -> None:
    client = signed_in(alice)
    invite(client)

    for email, words in ((bob.email, "works here already"), (NEW.upper(), "is invited already")):
        answer = invite(client, email)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_only_an_owner_has_the_page(alice: User, dana: User, bob: User, signed_in: Any) -> None:
    assert [signed_in(each).get(PEOPLE).status_code for each in (alice, dana, bob)] == [200, 403, 403]


def test_the_page_says_who_has_no_second_step_and_when_each_was_here(
    alice: User, bob: User, signed_in: Any
) -> None:
    signed_in(bob).get("/o/harbor/")
    client = signed_in(alice)
    client.get(PEOPLE)

    page = client.get(PEOPLE).content.decode()

    assert page.count("Not set up") == 2
    assert page.count("Not yet") == 0
    assert bob.email in page


def test_a_changed_role_holds_from_the_next_request(alice: User, bob: User, signed_in: Any) -> None:
    bobs, new = signed_in(bob), "/o/harbor/clients/new/"
    before = bobs.get(new).status_code

    signed_in(alice).post(
        reverse("dashboard:change_role", args=["harbor", bob.memberships.get().pk]), {"role": "auditor"}
    )

    assert before == 200
    assert bobs.get(new).status_code == 302, "the old session is over"
    assert enter(Client(), bob).get(new).status_code == 403


def test_a_role_that_cannot_do_what_is_open_is_refused(
    alice: User, bob: User, harbor: Organisation, signed_in: Any
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        make_denied_case(by=bob, now=clock.now())
    url = reverse("dashboard:change_role", args=["harbor", bob.memberships.get().pk])

    answer = signed_in(alice).post(url, {"role": "auditor"})

    assert answer.status_code == 422
    assert "Give it to somebody first" in answer.content.decode()
    assert bob.memberships.get().role == "advocate"


@pytest.mark.parametrize("page", ["change_role", "leave"])
def test_the_last_owner_can_neither_leave_nor_be_demoted(alice: User, signed_in: Any, page: str) -> None:
    url = reverse(f"dashboard:{page}", args=["harbor", alice.memberships.get().pk])

    answer = signed_in(alice).post(url, {"role": "advocate"})

    assert answer.status_code == 422
    assert "Make another person owner first" in answer.content.decode()
    assert alice.memberships.get().role == "owner"


def test_who_leaves_leaves_nothing_without_an_owner(
    alice: User, bob: User, dana: User, harbor: Organisation, signed_in: Any
) -> None:
    now, his, membership = clock.now(), signed_in(bob), bob.memberships.get()
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=now)
        other = make_denied_case(by=dana, now=now)
        make_task(case=case, by=bob, now=now)
        make_task(case=other, by=bob, now=now)
    with scope(harbor.pk, door=Door.JOB):
        plan(now=now)
    key, _ = keys.issue(kind=AccessKeyKind.EMBED, organisation=harbor, now=now, membership=membership)
    leave = reverse("dashboard:leave", args=["harbor", membership.pk])
    client = signed_in(alice)

    asked = client.get(leave).content.decode()
    unsaid = client.post(leave, {})
    done = client.post(leave, {"cases_to": str(dana.pk), "tasks_to": str(alice.pk)})

    assert ("1 open case" in asked, "2 open tasks" in asked) == (True, True)
    assert unsaid.status_code == 422
    assert done.status_code == 302
    assert his.get("/o/harbor/").status_code == 302
    assert enter(Client(), bob).get("/o/harbor/").status_code == 404
    assert AccessKey.objects.get(pk=key.pk).revoked_at is not None
    with scope(harbor.pk, door=Door.JOB):
        assert not Case.objects.open().filter(owner=bob).exists()
        assert not Task.objects.open().filter(owner=bob).exists()
        plan(now=clock.now())
        planned = Reminder.objects.planned().values_list("rung", "recipient_id")
        told, asked = {who for rung, who in planned if not rung}, {who for rung, who in planned if rung > 0}
    assert (told, asked) == ({dana.pk}, {alice.pk})
    assert Membership.objects.get(pk=membership.pk).left_at is not None


def test_tasks_go_only_to_who_can_see_them_and_nothing_moves_otherwise(
    alice: User, bob: User, vera: User, dana: User, harbor: Organisation, signed_in: Any
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=dana, now=clock.now())
        make_task(case=case, by=bob, now=clock.now())
        make_denied_case(by=bob, now=clock.now())
    url = reverse("dashboard:leave", args=["harbor", bob.memberships.get().pk])

    answer = signed_in(alice).post(url, {"cases_to": str(vera.pk), "tasks_to": str(vera.pk)})

    assert answer.status_code == 422
    assert "They see only cases of their own" in answer.content.decode()
    assert bob.memberships.get().left_at is None
    with scope(harbor.pk, door=Door.STAFF):
        assert Case.objects.open().filter(owner=bob).count() == 1


def test_work_can_be_handed_over_without_leaving(
    alice: User, bob: User, vera: User, harbor: Organisation, signed_in: Any
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        make_task(case=make_denied_case(by=bob, now=clock.now()), by=bob, now=clock.now())
    url = reverse("dashboard:hand_over", args=["harbor", bob.memberships.get().pk])

    answer = signed_in(alice).post(url, {"cases_to": str(vera.pk), "tasks_to": str(vera.pk)})

    assert answer.status_code == 302
    with scope(harbor.pk, door=Door.STAFF):
        assert Task.objects.open().get().owner == Case.objects.open().get().owner == vera
    assert bob.memberships.get().left_at is None


def test_people_are_changed_only_after_a_fresh_proof_and_the_form_is_not_lost(
    alice: User, signed_in: Any
) -> None:
    client = long_ago(signed_in(alice))

    asked = invite(client)
    done = client.post(asked.headers["Location"], {"password": "a long and easy sentence"})

    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert done.headers["Location"] == PEOPLE
    assert Invitation.objects.get().email == NEW


def test_a_member_of_another_organisation_is_not_found(
    alice: User, charlie: User, sierra: Organisation, signed_in: Any
) -> None:
    client, his = signed_in(alice), charlie.memberships.get()
    with scope(sierra.pk, door=Door.STAFF):
        theirs = services.invite(email=NEW, role=VOLUNTEER, by=his, now=clock.now())
    pages = [("change_role", his), ("leave", his), ("withdraw", theirs), ("send_again", theirs)]

    answers = [
        client.post(reverse(f"dashboard:{name}", args=["harbor", row.pk]), {"role": "auditor"}).status_code
        for name, row in pages
    ]

    assert answers == [404] * 4
    assert charlie.memberships.get().role == "advocate"
    assert Invitation.objects.waiting().count() == 1

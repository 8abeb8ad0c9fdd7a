"""The triage pages: who may see them, and what the four answers do."""

import re

import pytest
from django.urls import reverse

from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.clients.models import Client
from cases.intake.models import HelpRequest
from tests.cases.intake.requests import make_request
from tests.cases.pages import errors_in_summary, words_of
from tests.conftest import NOW
from tests.factories import make_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

SAID = {
    "accept-given_name": "Mateo",
    "accept-family_name": "Quintero",
    "accept-service": "speech therapy",
    "accept-urgency": "standard",
}


@pytest.fixture
def asked(harbor, alice):
    return make_request(harbor, now=NOW)


def address(name, asked=None):
    return reverse(f"intake:{name}", args=["harbor", asked.pk] if asked else ["harbor"])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("alice", 200),
        ("dana", 200),
        ("bob", 200),
        ("adam", 200),
        ("vera", 403),
        ("charlie", 404),
        ("olga", 404),
    ],
)
def test_who_sees_triage(request, signed_in, asked, who, status):
    person = signed_in(request.getfixturevalue(who))

    for page in (address("requests"), address("request", asked)):
        answer = person.get(page)
        assert answer.status_code == status
        assert (b"Quintero" in answer.content) is (status == 200)


@pytest.mark.parametrize("verb", ["accept", "duplicate", "decline", "snooze"])
@pytest.mark.parametrize(("who", "status"), [("adam", 403), ("vera", 403), ("charlie", 404)])
def test_who_may_not_answer(request, signed_in, harbor, asked, who, status, verb):
    answer = signed_in(request.getfixturevalue(who)).post(address(verb, asked), {})

    assert answer.status_code == status
    with scope(harbor.pk, door=Door.STAFF):
        assert HelpRequest.objects.get().state == "new"


def test_an_auditor_reads_and_finds_no_button(signed_in, adam, asked):
    page = signed_in(adam).get(address("request", asked)).content.decode()

    assert "Accept and open the case" not in page


def test_a_stranger_learns_nothing_from_the_id_of_a_request(signed_in, charlie, bob, asked):
    path = reverse("intake:request", args=["sierra", asked.pk])

    assert signed_in(charlie).get(path).status_code == 404
    assert signed_in(bob).get(path).status_code == 404


def test_reading_a_request_and_the_list_is_recorded(signed_in, harbor, bob, asked):
    person = signed_in(bob)

    person.get(address("requests"))
    person.get(address("request", asked))

    with scope(harbor.pk, door=Door.STAFF):
        rows = AuditEvent.objects.filter(actor_id=bob.pk).order_by("at")
        assert [(row.act, row.subject_id) for row in rows] == [
            ("listed intake:requests", None),
            ("read intake:request", asked.pk),
        ]


def test_accepting_leads_to_the_plans_refusal(signed_in, harbor, bob, asked):
    answer = signed_in(bob).post(address("accept", asked), SAID | {"accept-owner": str(bob.pk)})

    with scope(harbor.pk, door=Door.STAFF):
        case = Case.objects.get()
    assert answer.headers["Location"] == reverse("casefile:record_denial", args=["harbor", case.pk])


def test_a_known_client_is_offered_and_may_be_chosen(signed_in, harbor, bob, asked):
    with scope(harbor.pk, door=Door.STAFF):
        known = make_client(by=bob, now=NOW, email="rosa@visitor.example", family_name="Quintero")
    person = signed_in(bob)

    page = person.get(address("request", asked)).content.decode()
    person.post(
        address("accept", asked), SAID | {"accept-owner": str(bob.pk), "accept-client": str(known.pk)}
    )

    assert "Is this somebody we know?" in page
    with scope(harbor.pk, door=Door.STAFF):
        assert Case.objects.get().client == known
        assert Client.objects.count() == 1


def test_the_second_to_answer_is_told_who_was_first(signed_in, harbor, bob, dana, asked):
    said = {"decline-reason": "spam", "decline-referred_to": ""}
    signed_in(bob).post(address("decline", asked), said)

    answer = signed_in(dana).post(address("decline", asked), said, follow=True)

    words = words_of(answer.content.decode())
    assert "Somebody has dealt with this request already" in words
    assert "By Bob Ortega" in words


@pytest.mark.parametrize(
    ("verb", "said", "error"),
    [
        ("accept", SAID | {"accept-family_name": ""}, "Enter the family name"),
        ("accept", SAID | {"accept-service": ""}, "Enter what the plan refused"),
        ("duplicate", {}, "Choose which one it is the same as, or enter a case number"),
        ("duplicate", {"duplicate-number": "26-9999"}, "There is no case of this number"),
        ("decline", {"decline-referred_to": "a friend"}, "Choose why"),
        (
            "decline",
            {"decline-reason": "no_room"},
            "Say where you sent them, or that you know of no other help",
        ),
        ("snooze", {}, "Enter the day it comes back"),
        (
            "snooze",
            {"snooze-until_month": "9", "snooze-until_day": "15", "snooze-until_year": "2026"},
            "Choose a day after today",
        ),
    ],
)
def test_bad_input_comes_back_with_what_was_typed(signed_in, bob, asked, verb, said, error):
    said = said | ({"accept-owner": str(bob.pk)} if verb == "accept" else {})

    answer = signed_in(bob).post(address(verb, asked), said)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert errors_in_summary(page) == [error]
    assert re.search(r"<title>Error:", page)
    assert all(value in page for value in said.values())


def test_the_lists_hold_what_their_tabs_count(signed_in, harbor, bob, alice):
    person = signed_in(bob)
    _, later, no = (make_request(harbor, now=NOW, name=name) for name in ("Ann W", "Bea L", "Cem N"))
    person.post(
        address("snooze", later),
        {"snooze-until_month": "9", "snooze-until_day": "20", "snooze-until_year": "2026"},
    )
    person.post(address("decline", no), {"decline-reason": "elsewhere", "decline-referred_to": "Nevada"})

    pages = {show: words_of(person.get(address("requests") + f"?show={show}").content.decode())
             for show in ("waiting", "later", "answered")}  # fmt: skip

    assert "Waiting 1 Put off 1 Answered 1" in pages["waiting"]
    assert [name for name in ("Ann W", "Bea L", "Cem N") if name in pages["waiting"]] == ["Ann W"]
    assert [name for name in ("Ann W", "Bea L", "Cem N") if name in pages["later"]] == ["Bea L"]
    assert [name for name in ("Ann W", "Bea L", "Cem N") if name in pages["answered"]] == ["Cem N"]


def test_what_a_visitor_typed_is_shown_as_words(signed_in, harbor, bob, alice):
    nasty = "<script>alert(1)</script>"
    made = make_request(harbor, now=NOW, name=nasty, refused=nasty, plan_name=nasty)

    for page in (address("requests"), address("request", made)):
        content = signed_in(bob).get(page).content.decode()
        assert nasty not in content
        assert "&lt;script&gt;" in content

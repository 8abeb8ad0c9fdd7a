"""How a client may be reached: what they chose holds, and is kept when a record is corrected."""

from itertools import product

import pytest

from cases.clients.forms import MISSING, ClientForm
from cases.clients.models import Client
from cases.clients.reach import Reach, Way, every_way, in_words, way_of
from cases.intake import services as intake
from tests.cases.intake.requests import make_request
from tests.conftest import NOW
from tests.factories import make_client

HAVE = list(product([True, False], repeat=3))
WAYS = {Reach.EMAIL: Way.EMAIL, Reach.PHONE: Way.CALL, Reach.LETTER: Way.LETTER}


@pytest.mark.parametrize(("email", "phone", "address"), HAVE)
def test_without_a_choice_it_is_a_mail_else_a_call_else_a_letter(email, phone, address):
    expected = Way.EMAIL if email else Way.CALL if phone else Way.LETTER if address else Way.ADVOCATE

    assert way_of(Reach.UNSAID, email=email, phone=phone, address=address) == expected


@pytest.mark.parametrize(("email", "phone", "address"), HAVE)
def test_a_choice_is_never_replaced_by_what_they_did_not_choose(email, phone, address):
    have = {Reach.EMAIL: email, Reach.PHONE: phone, Reach.LETTER: address}

    for reach, held in have.items():
        found = way_of(reach, email=email, phone=phone, address=address)
        assert found == (WAYS[reach] if held else Way.ADVOCATE)
    assert way_of(Reach.NOT, email=email, phone=phone, address=address) == Way.ADVOCATE


def test_the_rule_as_rows_is_whole_and_has_each_case_once():
    rows = list(every_way())

    assert len(rows) == len({row[:4] for row in rows}) == len(Reach) * 8


def test_the_words_say_what_may_not_be_done():
    said = in_words("phone", Way.CALL, voicemail=False, shared=True, safe_words="After 6 pm.")
    unsaid = in_words("", Way.EMAIL, voicemail=False, shared=False, safe_words="")

    assert said == [
        "By phone",
        "Leave no voicemail",
        "Others may answer or read it: say only “please call us”",
        "After 6 pm",
    ]
    assert unsaid == ["By e-mail: they have not said otherwise"]
    assert "You may leave a voicemail" in in_words("", Way.CALL, voicemail=True, shared=False, safe_words="")
    for reach, words in {"not": "Not at all", "letter": "which we do not have", "": "find one"}.items():
        assert words in in_words(reach, Way.ADVOCATE, voicemail=False, shared=False, safe_words="")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reach", "missing"),
    [("email", "email"), ("phone", "phone"), ("letter", "address"), ("", ""), ("not", "")],
)
def test_the_form_asks_for_what_a_choice_needs(in_harbor, reach, missing):
    form = ClientForm({"family_name": "Reyes", "language": "es", "reach": reach})

    form.is_valid()

    assert form.errors == ({missing: [MISSING[missing]]} if missing else {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "reach", "voicemail"),
    [("call", "", True), ("call_only", "", False), ("write", "email", False)],
)
def test_what_somebody_said_on_the_public_page_is_kept_on_their_record(
    harbor, in_harbor, bob, contact, reach, voicemail
):
    request = make_request(
        harbor, now=NOW, contact=contact, best_time="evening", email="ana@demo.example", phone="555-0100"
    )

    case = intake.accept_request(
        help_request=request, owner=bob, given_name="Ana", family_name="Reyes", service="tests",
        urgency="standard", by=bob, now=NOW,
    )  # fmt: skip

    client = Client.objects.get(pk=case.client_id)
    assert (client.reach, client.may_leave_voicemail) == (reach, voicemail)
    assert client.safe_words == "Best time: evening"


@pytest.mark.django_db
def test_the_page_of_a_client_says_how_to_reach_them(in_harbor, bob, signed_in):
    client = make_client(by=bob, now=NOW, reach="phone", is_shared=True, safe_words="Ask for Ana")
    browser = signed_in(bob)

    page = browser.get(f"/o/harbor/clients/{client.pk}/").content.decode()

    for words in ("By phone", "Leave no voicemail", "please call us", "Ask for Ana"):
        assert words in page

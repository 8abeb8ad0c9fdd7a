"""A client's way through the portal: words, a code, the case, a paper, a message, an answer."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.mail import services as mail
from advocacy.mail.models import OutgoingMail
from advocacy.mail.queries import is_suppressed
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Task
from cases.clients import services as clients
from cases.clients.models import Client
from tests.factories import make_case, make_filed_case

pytestmark = pytest.mark.django_db


def code_in_the_last_mail() -> str:
    last = OutgoingMail.objects.filter(kind="sign_in_code").latest("created_at")
    found = re.search(r"\b([A-Z2-9]{4}) ([A-Z2-9]{4})\b", last.text)
    assert found, last.text
    return "".join(found.groups())


def at(name: str, *args: Any) -> str:
    return reverse(f"portal:{name}", args=["harbor", *args])


def invite(harbor: Any, bob: User, **fields: Any) -> tuple[Any, str]:
    """A case whose grievance is filed, and the words for its client."""
    with scope(harbor.pk, door=Door.STAFF, person_id=bob.pk):
        case, _ = make_filed_case(by=bob, now=clock.now())
        details = {"name": "María Reyes", "email": "maria@demo.example", "capacity": "self", "language": "es"}
        _, words = clients.invite_to_portal(client=case.client, **(details | fields), by=bob, now=clock.now())
    return case, words


def come_in(words: str) -> Browser:
    browser = Browser()
    browser.post(at("join"), {"words": words})
    response = browser.post(at("code"), {"code": code_in_the_last_mail()})
    assert response.status_code == 302, response.content.decode()[:500]
    return browser


def test_a_client_comes_in_reads_sends_writes_and_is_answered(harbor, bob, signed_in):
    case, words = invite(harbor, bob)
    maria = come_in(words)

    home = maria.get(at("home")).content.decode()
    assert 'lang="es"' in home
    assert case.number in home
    maria.post(
        at("send_paper", case.pk), {"file": SimpleUploadedFile("foto.jpg", b"jpeg"), "title": "La carta"}
    )
    maria.post(at("talk", case.pk), {"text": "¿Qué sigue?"})
    staff = signed_in(bob)
    assert "¿Qué sigue?" in staff.get(reverse("dashboard:today", args=["harbor"])).content.decode()
    staff.post(reverse("messages:send", args=["harbor", case.pk]), {"text": "Esperamos su respuesta."})
    assert "Answer the message" not in staff.get(reverse("dashboard:today", args=["harbor"])).content.decode()
    talk = maria.get(at("talk", case.pk)).content.decode()
    assert "Esperamos su respuesta." in talk
    assert "La carta" in talk
    looked = maria.get(at("readers")).content.decode()
    assert "Bob Ortega" in looked
    update = OutgoingMail.objects.get(kind="client_update")
    assert "respuesta" not in update.text
    assert "Reyes" not in update.subject


@pytest.mark.parametrize(
    ("reach", "capacity", "email", "mails"),
    [("", "self", "", 1), ("email", "self", "", 1), ("phone", "self", "", 0), ("letter", "self", "", 0),
     ("not", "self", "", 0), ("phone", "representative", "", 1),
     ("phone", "representative", "Maria@demo.example", 0)],
)  # fmt: skip
def test_who_chose_no_mail_gets_none_of_an_update_and_somebody_tells_them(
    harbor, bob, signed_in, reach, capacity, email, mails
):
    case, words = invite(harbor, bob, capacity=capacity)
    come_in(words)
    with scope(harbor.pk, door=Door.STAFF):
        Client.objects.filter(pk=case.client_id).update(reach=reach, email=email)
    page = signed_in(bob).get(reverse("dashboard:case", args=["harbor", case.pk])).content.decode()

    for text in ("One.", "Two."):
        signed_in(bob).post(reverse("messages:send", args=["harbor", case.pk]), {"text": text})

    assert OutgoingMail.objects.filter(kind="client_update").count() == 2 * mails
    with scope(harbor.pk, door=Door.STAFF):
        asked = Task.objects.open().filter(case=case, what__contains="that we wrote to them")
        assert [task.owner for task in asked] == [bob] * (1 - mails)
    assert page.count("chose no e-mail") == 1 - mails


def test_a_mailed_code_never_opens_the_staff_door(harbor, bob):
    _, words = invite(harbor, bob, email=bob.email, name="Bob Ortega")
    browser = come_in(words)

    response = browser.get(reverse("dashboard:today", args=["harbor"]))

    assert browser.get(at("home")).status_code == 200
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_two_clients_of_one_organisation_never_see_each_other(harbor, bob):
    case, words = invite(harbor, bob)
    with scope(harbor.pk, door=Door.STAFF, person_id=bob.pk):
        other = make_case(by=bob, now=clock.now())
    maria = come_in(words)

    theirs = maria.get(at("talk", other.pk))
    absent = maria.get(at("talk", "01a21457-4613-7016-a4dc-2c7e4d73e7a2"))

    assert maria.get(at("talk", case.pk)).status_code == 200
    assert (theirs.status_code, absent.status_code) == (404, 404)
    assert maria.post(at("talk", other.pk), {"text": "hello"}).status_code == 404


def test_a_code_works_three_times_wrong_and_then_not_at_all(harbor, bob):
    _, words = invite(harbor, bob)
    browser = Browser()
    browser.post(at("join"), {"words": words})
    right = code_in_the_last_mail()

    answers = [browser.post(at("code"), {"code": "WRONGONE"}).status_code for _ in range(3)]

    assert answers == [422, 422, 422]
    assert browser.post(at("code"), {"code": right}).status_code == 422


def test_whose_mailed_code_is_right_is_written_to_again(harbor, bob):
    _, words = invite(harbor, bob)
    mail.suppress(address="maria@demo.example", reason="5.1.1", now=clock.now())
    browser = Browser()
    browser.post(at("join"), {"words": words})

    browser.post(at("code"), {"code": "WRONGONE"})
    assert is_suppressed("maria@demo.example")
    browser.post(at("code"), {"code": code_in_the_last_mail()})
    assert not is_suppressed("maria@demo.example")


def test_a_code_works_only_in_the_browser_that_asked(harbor, bob):
    _, words = invite(harbor, bob)
    asked, other = Browser(), Browser()
    asked.post(at("join"), {"words": words})
    right = code_in_the_last_mail()
    other.post(at("sign_in"), {"email": "maria@demo.example"})

    answer = other.post(at("code"), {"code": right})

    assert answer.status_code == 422


def test_the_sign_in_page_answers_known_and_unknown_addresses_alike(harbor, bob):
    _, words = invite(harbor, bob)
    come_in(words)
    before = OutgoingMail.objects.count()

    known = Browser().post(at("sign_in"), {"email": "maria@demo.example"})
    unknown = Browser().post(at("sign_in"), {"email": "nobody@demo.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutgoingMail.objects.count() == before + 1


def test_an_access_that_ends_closes_the_portal_at_once(harbor, bob):
    case, words = invite(harbor, bob)
    maria = come_in(words)
    with scope(harbor.pk, door=Door.STAFF, person_id=bob.pk):
        from cases.clients.models import PortalAccess

        clients.end_portal_access(access=PortalAccess.objects.get(), by=bob.pk, now=clock.now())

    response = maria.get(at("talk", case.pk))

    assert response.status_code == 302
    assert response["Location"] == at("sign_in")


def test_words_are_used_up_by_the_first_visit(harbor, bob):
    _, words = invite(harbor, bob)
    come_in(words)

    again = Browser().post(at("join"), {"words": words})

    assert again.status_code == 422

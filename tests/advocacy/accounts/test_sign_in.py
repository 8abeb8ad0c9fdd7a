"""Signing in: by address and password, with the same words for every no, and not without end."""

from typing import Any

import pytest
from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.core import mail as django_mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from advocacy.accounts.models import User
from advocacy.audit.models import PlatformEvent
from advocacy.mail.models import OutgoingMail
from tests.factories import PASSWORD
from tests.signing_in import enter

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"
WRONG = "quite another sentence"


def try_to_sign_in(client: Client, email: str, password: str) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password})


def words(response: Any) -> list[str]:
    """What the page says to somebody it does not let in."""
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


def test_an_address_and_its_password_lead_to_the_organisation(bob: User) -> None:
    client, today = Client(), reverse("dashboard:today", args=["harbor"])

    response = client.post(SIGN_IN, {"login": bob.email, "password": PASSWORD}, follow=True)

    # And there to the second step: tests/advocacy/accounts/test_second_step.py.
    assert [place for place, _ in response.redirect_chain[:2]] == ["/", today]
    assert response.status_code == 200
    assert PlatformEvent.objects.filter(act="signed in", actor_id=bob.pk).count() == 1


def test_capital_letters_in_the_address_do_not_matter(bob: User) -> None:
    response = try_to_sign_in(Client(), bob.email.upper(), PASSWORD)

    assert response.status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(bob: User) -> None:
    known = try_to_sign_in(Client(), bob.email, WRONG)
    unknown = try_to_sign_in(Client(), "who@demo.example", WRONG)

    assert (known.status_code, words(known)) == (unknown.status_code, words(unknown))
    assert words(known) == ["The email address and/or password you specified are not correct."]
    assert PlatformEvent.objects.filter(act="sign-in refused").count() == 2


def test_a_person_who_was_made_inactive_is_not_let_in(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    client = Client()

    try_to_sign_in(client, bob.email, PASSWORD)

    assert client.get(reverse("dashboard:today", args=["harbor"])).status_code == 302


def test_after_five_wrong_passwords_the_right_one_is_refused_too(bob: User) -> None:
    client = Client()
    for _ in range(5):
        try_to_sign_in(client, bob.email, WRONG)

    response = try_to_sign_in(client, bob.email, PASSWORD)

    assert response.status_code == 200
    assert words(response) == ["Too many failed login attempts. Try again later."]


def test_signing_out_ends_the_session(bob: User, signed_in: Any) -> None:
    client = signed_in(bob)
    today = reverse("dashboard:today", args=["harbor"])
    before = client.get(today).status_code
    kept = client.cookies["advocacy_session"].value

    client.post(reverse("account_logout"))
    client.cookies["advocacy_session"] = kept

    assert before == 200
    assert client.get(today).headers["Location"] == f"{SIGN_IN}?next={today}"
    assert PlatformEvent.objects.filter(act="signed out", actor_id=bob.pk).count() == 1


def test_signing_in_takes_a_new_session(bob: User) -> None:
    client = Client()
    client.get(SIGN_IN)
    client.session.save()
    before = client.session.session_key

    try_to_sign_in(client, bob.email, PASSWORD)

    assert client.session.session_key != before


def test_a_page_asked_for_before_signing_in_comes_after_it(bob: User) -> None:
    client, wanted = Client(), reverse("dashboard:clients", args=["harbor"])

    response = client.post(f"{SIGN_IN}?next={wanted}", {"login": bob.email, "password": PASSWORD})

    assert response.headers["Location"] == wanted


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_signing_in_leads_to_no_other_site(bob: User, target: str) -> None:
    response = Client().post(f"{SIGN_IN}?next={target}", {"login": bob.email, "password": PASSWORD})
    theme = enter(Client(), bob)

    assert response.headers["Location"] == "/"
    assert theme.post("/me/theme/", {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_a_forgotten_password_is_answered_alike_for_an_unknown_address(bob: User) -> None:
    url = reverse("account_reset_password")

    known = Client().post(url, {"email": bob.email})
    unknown = Client(raise_request_exception=False).post(url, {"email": "who@demo.example"})

    assert (known.status_code, known.headers.get("Location")) == (302, reverse("account_reset_password_done"))
    assert (unknown.status_code, unknown.headers.get("Location")) == (302, known.headers["Location"])
    assert [row.to for row in OutgoingMail.objects.all() if row.to == bob.email] == [bob.email]
    assert len(django_mail.outbox) == 0, "a mail went out past our door"


def attempt_and_fail(request: HttpRequest) -> HttpResponse:
    """A view that lets somebody try to sign in, and then breaks."""
    allauth.login(request)
    raise RuntimeError("the page broke after the attempt")


urlpatterns = [
    path("broken/", login_not_required(attempt_and_fail)),
    path("", include("advocacy.urls")),
]


@pytest.mark.django_db(transaction=True)
def test_an_attempt_counts_although_the_view_around_it_rolled_back(bob: User, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.advocacy.accounts.test_sign_in"
    client = Client(raise_request_exception=False)

    broken = [client.post("/broken/", {"login": bob.email, "password": WRONG}).status_code for _ in range(5)]
    response = try_to_sign_in(client, bob.email, PASSWORD)

    assert broken == [500] * 5
    assert PlatformEvent.objects.filter(act="sign-in refused").count() == 0, "the views did roll back"
    assert words(response) == ["Too many failed login attempts. Try again later."]

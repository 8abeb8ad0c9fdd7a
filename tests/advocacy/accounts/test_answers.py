"""What holds for every form and every answer: the token, and the headers of each class of address."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.kernel.ids import new_id
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from tests.factories import PASSWORD, make_denied_case, make_document
from tests.security.targets import NOTHING, Pattern, patterns
from tests.signing_in import enter

pytestmark = pytest.mark.django_db
# What a form from elsewhere is answered where no cookie is looked at: the API wants a key, or is not there;
# the door for mail that came back takes a secret in its address, and this is not it.
WITHOUT_A_KEY, NO_PAGE = 401, {"api:nothing": 404, "reminders:mail_hook": 404}
SANDBOX = "sandbox; default-src 'none'"


def every_address() -> Iterator[tuple[Pattern, str]]:
    for pattern in patterns():
        values: dict[str, Any] = {name: new_id() for name in pattern.row_ids}
        other = {name: NOTHING.get(name, "x") for name in pattern.parameters if name not in values}
        yield pattern, pattern.path(values | other | {"org_slug": "harbor"})


def test_no_form_is_taken_without_its_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, alice)
    stranger = Client(enforce_csrf_checks=True)
    addresses = list(every_address())
    assert len(addresses) > 35

    taken = [
        f"{method} {path}: {response.status_code}"
        for pattern, path in addresses
        for browser in (client, stranger)
        for method in ("POST", "PUT", "PATCH", "DELETE")
        if (response := browser.generic(method, path, b"{}", content_type="text/plain")).status_code
        != _refusal(pattern, method)
    ]

    assert taken == []


def _refusal(pattern: Pattern, method: str) -> int:
    if pattern.name == "reminders:mail_hook" and method != "POST":
        return 405
    return WITHOUT_A_KEY if hasattr(pattern.view, "cls") else NO_PAGE.get(pattern.name, 403)


def test_a_token_of_another_browser_is_not_taken(alice: User, bob: User) -> None:
    mine, theirs = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    enter(mine, alice)
    enter(theirs, bob)
    theirs.get(reverse("dashboard:today", args=["harbor"]))
    mine.get(reverse("dashboard:today", args=["harbor"]))
    token = theirs.cookies["csrftoken"].value

    response = mine.post("/me/theme/", {"theme": "dark", "csrfmiddlewaretoken": token})

    assert response.status_code == 403


def test_a_form_from_another_site_is_not_taken(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, alice)
    client.get(reverse("dashboard:today", args=["harbor"]))
    form = {"theme": "dark", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}

    from_here = client.post("/me/theme/", form)
    from_elsewhere = client.post("/me/theme/", form, headers={"Origin": "https://evil.example"})

    assert (from_here.status_code, from_elsewhere.status_code) == (302, 403)


def test_each_class_of_address_carries_its_headers(harbor: Organisation, bob: User, signed_in: Any) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=clock.now())
        paper = make_document(case=case, by=bob, now=clock.now())
    page = reverse("dashboard:case", args=["harbor", case.pk])
    download = reverse("documents:download", args=["harbor", paper.pk])
    client, nobody = signed_in(bob), Client()

    answers = {
        "a page": client.get(page),
        "a form with errors": client.post(reverse("casefile:new_client", args=["harbor"])),
        "a redirect": nobody.get(page),
        "the sign-in": nobody.get("/sign-in/"),
        "a page not found": client.get("/o/harbor/no-such-page/"),
        "an organisation not found": client.get("/o/nowhere/"),
        "a form without its token": Client(enforce_csrf_checks=True).post("/sign-in/"),
        "the health": nobody.get("/healthz"),
        "a paper": client.get(download),
    }

    for name, response in answers.items():
        headers = response.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], name
        assert "unsafe" not in headers["Content-Security-Policy"], name
        assert "no-store" in headers["Cache-Control"], name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
    paper_headers = answers["a paper"].headers
    assert b"".join(answers["a paper"].streaming_content) == b"The plan said no."
    assert paper_headers["Content-Security-Policy"] == SANDBOX
    assert paper_headers["Content-Disposition"].startswith("attachment")


def test_the_session_is_kept_from_scripts_and_other_sites(bob: User) -> None:
    client = Client()

    client.post("/sign-in/", {"login": bob.email, "password": PASSWORD})

    cookie = client.cookies["advocacy_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

"""Guessing: no answer tells whether an address is known, and nobody guesses passwords without end."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from advocacy.accounts.models import SignInCode, User
from advocacy.audit.models import PlatformEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.clients import services as clients
from tests.factories import PASSWORD, make_client, make_person

WRONG = "quite another sentence"
UNKNOWN = "who@demo.example"
# What passes, and is no part of what an answer says.
_TOKEN = re.compile(r"\b[0-9A-Za-z]{64}\b")


def sign_in(email: str) -> Any:
    return Client().post("/sign-in/", {"login": email, "password": WRONG})


def forget_password(email: str) -> Any:
    return Client().post(reverse("account_reset_password"), {"email": email}, follow=True)


def ask_for_code(email: str) -> Any:
    return Client().post(reverse("portal:sign_in", args=["harbor"]), {"email": email}, follow=True)


QUESTIONS = {"sign-in": sign_in, "reset": forget_password, "code": ask_for_code}


@pytest.fixture
def addresses(harbor: Organisation, bob: User) -> dict[str, str]:
    """An address of each kind; the one of `client` reads a file in the portal."""
    now = clock.now()
    shut_out = make_person(name="Ina Gone", now=now)
    User.objects.filter(pk=shut_out.pk).update(is_active=False)
    bare = make_person(name="Nopass Yet", now=now)
    bare.set_unusable_password()
    bare.save()
    with scope(harbor.pk, door=Door.STAFF):
        access, _ = clients.invite_to_portal(
            client=make_client(by=bob, now=now), name="Maria Reyes", email="maria@demo.example",
            capacity="self", language="en", by=bob, now=now,
        )  # fmt: skip
        access.accepted_at = now
        access.save()
    return {
        "known": bob.email,
        "inactive": shut_out.email,
        "no password": bare.email,
        "client": "maria@demo.example",
    }


def said(response: Any, email: str) -> tuple[int, list[Any], int, str]:
    """The whole answer without tokens and without the address it repeats."""
    text = _TOKEN.sub("", response.content.decode()).replace(email, "<address>")
    return response.status_code, getattr(response, "redirect_chain", []), len(text), text


@pytest.mark.django_db
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_the_same_for_every_kind_of_address(addresses: dict[str, str], question: str) -> None:
    ask = QUESTIONS[question]
    unknown = said(ask(UNKNOWN), UNKNOWN)

    differing = {kind for kind, email in addresses.items() if said(ask(email), email) != unknown}

    assert differing == set()


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_judged_at_most_once_too_often(bob: User) -> None:
    hands, gate = 10, Barrier(10)

    def guess(_number: int) -> list[int]:
        try:
            client = Client()
            gate.wait(timeout=20)
            forms = [{"login": bob.email, "password": f"{WRONG} {count}"} for count in range(50 // hands)]
            return [client.post("/sign-in/", form).status_code for form in forms]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        answered = [status for each in pool.map(guess, range(hands)) for status in each]

    judged = PlatformEvent.objects.filter(act="sign-in refused").count()
    right = Client().post("/sign-in/", {"login": bob.email, "password": PASSWORD})
    assert len(answered) == 50
    assert set(answered) <= {200, 429}
    assert 1 <= judged <= 5 + 1, "five wrong passwords in five minutes are looked at"
    assert right.status_code in {200, 429}, "then the right one is not"


def auc(ones: list[float], others: list[float]) -> float:
    """How often one of these takes longer than one of those: 0.5 tells nothing."""
    wins = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return wins / (len(ones) * len(others))


def taken(ask: Callable[[str], Any], email: str) -> float:
    SignInCode.objects.all().delete()
    began = time.perf_counter()
    ask(email)
    return time.perf_counter() - began


@pytest.mark.proof
@pytest.mark.django_db
@pytest.mark.parametrize(("question", "kind"), [("sign-in", "known"), ("reset", "known"), ("code", "client")])
def test_the_time_of_an_answer_does_not_tell_whether_an_address_is_known(
    addresses: dict[str, str], settings: Any, question: str, kind: str
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    # Shorter than in production, and longer than the work here, whose passwords are hashed cheaply.
    settings.EVEN_ANSWER_SECONDS = 0.08
    ask, email = QUESTIONS[question], addresses[kind]

    runs = []
    for _ in range(3):
        pairs = [(taken(ask, email), taken(ask, UNKNOWN)) for _ in range(250)]
        runs.append(auc([known for known, _ in pairs], [unknown for _, unknown in pairs]))

    assert 0.45 <= median(runs) <= 0.55, runs

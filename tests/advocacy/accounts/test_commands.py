"""The commands by which an installation begins: they print a way in, and never take a password."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from advocacy.accounts.models import Session, User
from advocacy.mail.models import OutgoingMail
from advocacy.organisations.models import Organisation
from tests.signing_in import enter

pytestmark = pytest.mark.django_db
SENTENCE = "seven gulls over the pier"


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/password/new/\S+)", text)
    assert found is not None
    return found[1]


def choose_password(text: str) -> int:
    """Follow the printed link and choose; return the status of the answer."""
    browser = Client()
    page = browser.get(link_in(text), follow=True)
    if not page.redirect_chain:
        return page.status_code
    form = {"password1": SENTENCE, "password2": SENTENCE}
    return browser.post(page.redirect_chain[-1][0], form).status_code


def test_an_operator_chooses_a_password_by_the_printed_link_and_once() -> None:
    text = said("create_operator", "Ana.Ruiz@Example.org")

    first, second = choose_password(text), choose_password(text)

    ana = User.objects.get()
    assert (ana.email, ana.name, ana.is_operator, ana.is_demo) == (
        "ana.ruiz@example.org", "Ana Ruiz", True, False,
    )  # fmt: skip
    assert ana.check_password(SENTENCE)
    assert (first, second) == (302, 200)
    assert SENTENCE not in text


def test_an_organisation_gets_an_owner_who_is_written_to_and_comes_in() -> None:
    text = said("create_organisation", "Northern Light Advocates", "--owner", "lee@north.example")

    organisation = Organisation.objects.get()
    lee = User.objects.get()
    mail = OutgoingMail.objects.get()
    assert (organisation.slug, organisation.is_demo) == ("northern-light-advocates", False)
    assert (lee.memberships.get().role, lee.is_operator) == ("owner", False)
    assert mail.to == lee.email
    assert "/password/new/" in mail.text
    assert choose_password(text) == 302


def test_an_owner_who_is_known_gets_no_link_for_a_password(bob: User) -> None:
    text = said("create_organisation", "North", "--owner", bob.email.upper())

    assert "/password/new/" not in text
    assert bob.memberships.count() == 2


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("create_operator", "no-address"), "is no e-mail address"),
        (("create_operator", "BOB@demo.example"), "signs in here already"),
        (("create_organisation", "Harbor", "--owner", "lee@north.example"), "Give another: --slug"),
        (("create_organisation", "North", "--owner", "lee"), "is no e-mail address"),
        (("create_organisation", "灯", "--owner", "lee@north.example"), "Give one: --slug"),
        (("create_organisation", "North"), "--owner"),
        (("close_sign_in", "nobody@demo.example"), "Nobody signs in as"),
    ],
)
def test_a_misuse_is_refused_with_advice_and_changes_nothing(
    bob: User, words: tuple[str, ...], advice: str
) -> None:
    with pytest.raises(CommandError, match=advice):
        said(*words)

    assert (User.objects.count(), Organisation.objects.count()) == (1, 1)
    assert not User.objects.get().is_operator


def test_a_closed_sign_in_is_out_at_once_until_it_is_opened(bob: User, signed_in: Any) -> None:
    client = signed_in(bob)

    said("close_sign_in", bob.email)
    out = client.get("/o/harbor/").status_code
    rows = Session.objects.filter(user=bob).count()
    said("close_sign_in", bob.email, "--open")

    assert (out, rows) == (302, 0)
    assert enter(Client(), bob).get("/o/harbor/").status_code == 200

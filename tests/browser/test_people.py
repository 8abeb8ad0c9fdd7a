"""Who comes in, in Chromium: a passkey set up and asked for, and the pages around it."""

from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.accounts import services
from advocacy.accounts.models import User
from advocacy.accounts.roles import VOLUNTEER
from advocacy.kernel import clock
from advocacy.organisations.scope import Door, scope
from tests.browser import axe
from tests.browser.sizes import SIZES
from tests.browser.test_pages import faults_on, sign_in, unexpected
from tests.factories import PASSWORD, make_case, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A device that keeps passkeys, and whose owner always says yes.
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
TODAY = "To do, soonest first"


def with_device(page: Any) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def by_password(page: Any, base: str, person: User) -> None:
    page.goto(f"{base}/sign-in/")
    page.get_by_label("E-mail", exact=True).fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Any, base: str) -> None:
    page.goto(f"{base}/sign-out/")
    page.get_by_role("button", name="Sign out").click()


def arrive(page: Any) -> None:
    page.get_by_role("heading", name=TODAY).wait_for()


def test_a_passkey_is_set_up_and_asked_for_at_the_next_sign_in_and_signs_in_alone(
    live_server, open_page, bob
):
    watched, base = open_page(width=375, height=800, theme="dark"), live_server.url
    page, faults = watched.page, {}
    with_device(page)
    axe.bring(page)

    by_password(page, base, bob)
    page.get_by_role("heading", name="Set up a second step").wait_for()
    faults["choose"] = axe.faults(page)
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("What do you call this device?").fill("My phone")
    faults["add"] = axe.faults(page)
    page.get_by_role("button", name="Set up the passkey").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    faults["codes"] = axe.faults(page)
    page.get_by_role("link", name="I have kept them").click()
    arrive(page)
    page.goto(f"{base}/me/")
    page.get_by_text("Passkey: My phone").wait_for()
    faults["own"] = axe.faults(page)

    sign_out(page, base)
    by_password(page, base, bob)
    page.get_by_role("heading", name="One thing more").wait_for()
    faults["asked"] = axe.faults(page)
    page.get_by_role("button", name="Use my passkey").click()
    arrive(page)

    sign_out(page, base)
    page.goto(f"{base}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    arrive(page)

    assert {where: found for where, found in faults.items() if found} == {}
    assert unexpected(watched) == []


def test_a_device_that_says_no_is_answered_in_words(live_server, open_page, bob):
    watched = open_page()
    page = watched.page

    by_password(page, live_server.url, bob)
    page.get_by_role("link", name="Set up a passkey").click()
    page.evaluate(
        "void (navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError'); })"
    )
    page.get_by_role("button", name="Set up the passkey").click()

    page.get_by_role("alert").get_by_text("No passkey was used").wait_for()
    assert unexpected(watched) == []


@pytest.mark.parametrize("sizes", SIZES)
def test_the_pages_of_people_are_clean(live_server, open_page, signed_in, alice, bob, sizes):
    now, membership = clock.now(), bob.memberships.get()
    with scope(membership.organisation_id, door=Door.STAFF), transaction.atomic():
        make_task(case=make_case(by=bob, now=now), by=bob, now=now)
        services.invite(email="nina@demo.example", role=VOLUNTEER, by=alice.memberships.get(), now=now)
    pages = [
        reverse("dashboard:people", args=["harbor"]),
        reverse("dashboard:invite", args=["harbor"]),
        reverse("dashboard:change_role", args=["harbor", membership.pk]),
        reverse("dashboard:leave", args=["harbor", membership.pk]),
        "/me/", "/me/app/add/", "/me/password/", "/me/again/", "/join/no-such-link/",
    ]  # fmt: skip
    watched = open_page()
    axe.bring(watched.page)
    sign_in(watched.page, live_server.url, signed_in(alice).cookies[settings.SESSION_COOKIE_NAME].value)

    assert faults_on(watched.page, live_server.url, pages, sizes) == {}
    assert unexpected(watched) == []

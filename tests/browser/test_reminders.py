"""Who runs an organisation alone, in Chromium: warned, until a second address is named."""

from typing import Any

import pytest
from django.conf import settings

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.mail import services as mail
from tests.browser import axe
from tests.browser.sizes import QUICK, faults_at
from tests.browser.test_pages import sign_in, unexpected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_organisation_of_one_names_another_address_and_is_warned_no_more(
    live_server: Any, open_page: Any, signed_in: Any, alice: User
) -> None:
    watched, base = open_page(), live_server.url
    page, faults = watched.page, []
    axe.bring(page)
    sign_in(page, base, signed_in(alice).cookies[settings.SESSION_COOKIE_NAME].value)

    page.goto(f"{base}/o/harbor/")
    assert page.get_by_text("If you do not answer, nobody else is told.").is_visible()
    page.get_by_role("link", name="Cover and absence").first.click()
    # A click does not wait: without this, axe may look at the page that is being left.
    page.wait_for_url("**/cover/")
    faults += faults_at(page, QUICK)
    page.get_by_role("link", name="Add another address of yours").click()
    page.get_by_label("E-mail").fill("alice")
    page.get_by_role("button", name="Add address").click()
    assert page.get_by_label("E-mail").input_value() == "alice"
    page.get_by_label("E-mail").fill("home@demo.example")
    page.get_by_role("button", name="Add address").click()

    assert page.get_by_text("nobody else is told").count() == 0
    assert page.get_by_role("cell", name="Alice Moreau (other address)").is_visible()
    mail.suppress(address="home@demo.example", reason="5.1.1", now=clock.now())
    page.reload()
    faults += faults_at(page, QUICK)
    page.get_by_role("button", name="It takes mail again").click()
    assert page.get_by_text("Reminders go to home@demo.example again.").is_visible()
    assert page.get_by_text("Mail does not arrive").count() == 0
    page.goto(f"{base}/o/harbor/settings/reminders/")
    assert page.get_by_text("Alice Moreau (other address) on").first.is_visible()
    faults += faults_at(page, QUICK)
    page.goto(f"{base}/o/harbor/settings/reminders/review/")
    faults += faults_at(page, QUICK)
    assert faults == []
    assert unexpected(watched) == []

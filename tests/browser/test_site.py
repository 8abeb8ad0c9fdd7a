"""The public pages, triage and the library in Chromium; and a visitor's request on its way to a case."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.intake import services as intake
from tests.advocacy.library.pages import make_article, make_published, make_question, make_shown
from tests.browser.axe import bring, faults
from tests.browser.sizes import SIZES, faults_at
from tests.cases.intake.requests import make_request

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def public_pages(bob: User) -> list[str]:
    """One address of every kind of public page."""
    now = clock.now()
    harbor = bob.memberships.get().organisation
    with transaction.atomic():
        page = make_published(harbor, by=bob, now=now)
        make_published(harbor, by=bob, now=now, slug="una", language="es", title="¿Qué dice la carta?")
        make_shown(page, by=bob, now=now)
    names = ("home", "ask", "asked", "library", "privacy")
    return [
        *(reverse(f"site:{name}", args=["harbor"]) for name in names),
        reverse("site:article", args=["harbor", page.slug]),
        reverse("site:article", args=["harbor", "una"]),
        reverse("site:question_sent", args=["harbor", page.slug]),
        reverse("site:article", args=["harbor", "absent"]),
    ]


def staff_pages(bob: User) -> list[str]:
    """One address of every kind of page of triage and the library."""
    now = clock.now()
    harbor = bob.memberships.get().organisation
    with transaction.atomic():
        fresh = make_request(harbor, now=now, urgent=True)
        make_request(harbor, now=now, email="", phone="")
        declined = make_request(harbor, now=now)
        page = make_published(harbor, by=bob, now=now)
        draft = make_article(harbor, by=bob, now=now, slug="draft")
        marked = make_question(page, now=now, text="My son has autism, call 510-555-0142.")
        shown = make_shown(page, by=bob, now=now)
        with scope(harbor.pk, door=Door.STAFF):
            intake.decline_request(
                help_request=declined, reason="elsewhere", referred_to="Nevada", by=bob, now=now
            )
    lists = reverse("intake:requests", args=["harbor"])
    questions = reverse("library:questions", args=["harbor"])
    return [
        lists, f"{lists}?show=later", f"{lists}?show=answered",
        *(reverse("intake:request", args=["harbor", each.pk]) for each in (fresh, declined)),
        reverse("library:articles", args=["harbor"]),
        reverse("library:write", args=["harbor"]),
        *(reverse("library:article", args=["harbor", each.pk]) for each in (page, draft)),
        reverse("library:change", args=["harbor", page.pk]),
        questions, f"{questions}?show=published", f"{questions}?show=declined",
        *(reverse("library:question", args=["harbor", each.pk]) for each in (marked, shown)),
    ]  # fmt: skip


def walk(watched: Any, base: str, paths: list[str], at: list[tuple[int, str]]) -> dict[str, list[str]]:
    found = {}
    bring(watched.page)
    for path in paths:
        watched.page.goto(base + path)
        if each := faults_at(watched.page, at):
            found[re.sub(r"[0-9a-f-]{36}", "ID", path)] = each
    return found


def come_in(page: Any, base: str, client: Any) -> None:
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": base}])


@pytest.mark.parametrize("sizes", SIZES)
def test_every_public_page_is_clean_without_a_sign_in(live_server, open_page, bob, sizes):
    paths = public_pages(bob)
    watched = open_page()

    assert walk(watched, live_server.url, paths, sizes) == {}
    assert [each for each in watched.complaints if "status of 404" not in each] == []


def test_every_public_page_is_clean_in_spanish(live_server, open_page, bob):
    paths = public_pages(bob)
    watched = open_page(width=375)
    watched.page.goto(live_server.url + paths[0])

    watched.page.get_by_role("button", name="Español").click()

    assert watched.page.evaluate("document.documentElement.lang") == "es"
    assert walk(watched, live_server.url, paths, [(375, "light")]) == {}


@pytest.mark.parametrize("sizes", SIZES)
def test_every_page_of_triage_and_library_is_clean(live_server, open_page, signed_in, bob, sizes):
    paths = staff_pages(bob)
    watched = open_page()
    come_in(watched.page, live_server.url, signed_in(bob))

    assert walk(watched, live_server.url, paths, sizes) == {}
    assert watched.complaints == []


def test_a_request_that_does_not_go_through_takes_the_focus_to_what_is_wrong(live_server, open_page, harbor):
    watched = open_page(width=375)
    page = watched.page
    page.goto(live_server.url + reverse("site:ask", args=["harbor"]))

    page.get_by_label("Your name").fill("Ñandú")
    page.get_by_role("button", name="Send my request").click()

    assert page.title().startswith("Error:")
    assert page.evaluate("document.activeElement.matches('[data-summary]')")
    assert page.get_by_label("Your name").input_value() == "Ñandú"
    assert faults(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_asks_and_an_advocate_opens_a_case(
    live_server, chromium, signed_in, harbor: Organisation, bob, scripts
):
    context = chromium.new_context(
        viewport={"width": 375, "height": 800}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("site:home", args=["harbor"]))
    page.get_by_role("main").get_by_role("link", name="Ask for help").first.click()
    page.get_by_label("Your name").fill("Rosa Quintero")
    page.get_by_label("Phone", exact=True).fill("510 555 0188")
    page.get_by_label("Yes, but do not leave a message.").check()
    page.get_by_label("What did the plan say no to?").fill("speech therapy")
    page.get_by_label("It is urgent.").check()
    page.get_by_role("button", name="Send my request").click()
    page.get_by_role("heading", name="We have your request").wait_for()
    assert "Rosa" not in page.inner_text("main")
    context.clear_cookies()
    come_in(page, live_server.url, signed_in(bob))

    page.goto(live_server.url + reverse("intake:requests", args=["harbor"]))
    page.get_by_role("link", name="Rosa Quintero", exact=True).click()
    page.get_by_text("Yes, but do not leave a message.").wait_for()
    assert page.get_by_label("Family name of the client").input_value() == "Quintero"
    page.get_by_role("button", name="Accept and open the case").click()
    page.get_by_role("heading", name="The plan's refusal").wait_for()

    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        case = Case.objects.select_related("client").get()
        assert (case.client.listed_name, case.service, case.urgency, case.owner_id) == (
            "Quintero, Rosa", "speech therapy", "expedited", bob.pk,
        )  # fmt: skip
    context.close()

"""Every staff page in Chromium: no complaint of the policy, no axe violation, no sideways scroll."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.organisations.scope import Door, scope
from cases.deadlines.models import Deadline
from tests.browser import axe
from tests.browser.sizes import ALL, SIZES, faults_at
from tests.factories import (
    day_before,
    make_answered_case,
    make_authorisation,
    make_call,
    make_case,
    make_document,
    make_handed_task,
    make_imr_case,
    make_provider,
    make_representative,
    make_task,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def addresses(bob: User) -> list[str]:
    """One address of every kind of staff page, on a case that has gone all the way and one that has not."""
    now = clock.now()
    with scope(bob.memberships.get().organisation_id, door=Door.JOB):
        from django.db import transaction

        with transaction.atomic():
            case, grievance = make_answered_case(by=bob, now=now, answered_days_ago=182, filed_days_ago=205)
            paper = make_document(case=case, by=bob, now=now)
            task = make_task(case=case, by=bob, now=now)
            make_call(case=case, by=bob, now=now, promise="call back", promised_on=day_before(now, -2))
            helper = make_representative(client=case.client, by=bob, now=now)
            make_authorisation(client=case.client, by=bob, now=now, representative=helper)
            make_provider(client=case.client, by=bob, now=now)
            fresh = make_case(by=bob, now=now, urgency="expedited")
            sent, filing = make_imr_case(by=bob, now=now)
            handed = [
                make_handed_task(by=bob, now=now, reach=reach, language=language)
                for reach, language in (("phone", "es"), ("letter", "es"), ("not", "en"))
            ]
            dates = {each.rule: each.pk for each in Deadline.objects.filter(case=case)}
    org = "harbor"
    return [
        reverse("dashboard:today", args=[org]),
        reverse("dashboard:today", args=[org]) + "?whose=all",
        reverse("dashboard:dates", args=[org]),
        reverse("dashboard:dates", args=[org]) + "?show=fatal",
        reverse("dashboard:cases", args=[org]),
        reverse("dashboard:clients", args=[org]),
        *(reverse("dashboard:case", args=[org, each.pk]) for each in (case, fresh, sent)),
        *(reverse("dashboard:deadline", args=[org, case.pk, key]) for key in dates.values()),
        *(
            reverse(f"deadlines:{act}", args=[org, case.pk, next(iter(dates.values()))])
            for act in ("verify", "met", "own", "extend")
        ),
        reverse("deadlines:close", args=[org, case.pk]),
        reverse("casefile:new_case", args=[org]),
        reverse("casefile:new_client", args=[org]),
        reverse("casefile:client", args=[org, case.client_id]),
        reverse("casefile:add_coverage", args=[org, case.client_id]),
        reverse("casefile:people", args=[org, case.pk]),
        reverse("casefile:add_representative", args=[org, case.client_id]),
        reverse("casefile:authorise", args=[org, helper.pk]),
        reverse("casefile:add_provider", args=[org, case.client_id]),
        reverse("casefile:open_case", args=[org, case.client_id]),
        reverse("casefile:record_denial", args=[org, fresh.pk]),
        reverse("casefile:work", args=[org, case.pk]),
        reverse("casefile:log_call", args=[org, case.pk]),
        reverse("casefile:add_task", args=[org, case.pk]),
        reverse("casefile:drop_task", args=[org, task.pk]),
        *(reverse("by_hand:tell", args=[org, each.pk]) for each in handed),
        reverse("documents:checklist", args=[org, case.pk]),
        reverse("documents:add", args=[org, case.pk]),
        reverse("documents:kind", args=[org, paper.pk]),
        reverse("grievances:file", args=[org, fresh.pk]),
        reverse("grievances:answered", args=[org, grievance.pk]),
        reverse("imr:check", args=[org, case.pk]),
        reverse("imr:file", args=[org, case.pk]),
        reverse("appeals:file", args=[org, case.pk]),
        reverse("imr:decided", args=[org, filing.pk]),
        reverse("reminding:cover", args=[org]),
        reverse("reminding:begin_absence", args=[org]),
        reverse("reminding:set_nudge", args=[org, case.pk]),
        reverse("keys:keys", args=[org]),
        reverse("status:status", args=[org]),
        reverse("feeds:feeds", args=[org]),
        reverse("api:docs"),
        "/o/harbor/no-such-page/",
        "/dev/parts/",
        "/dev/mail/",
    ]


def sign_in(page: Any, base: str, session: str) -> None:
    page.goto(base + "/sign-in/")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])


def faults_on(page: Any, base: str, paths: list[str], at: list[tuple[int, str]]) -> dict[str, list[str]]:
    """What axe finds, and what scrolls sideways, by address."""
    faults = {}
    for path in paths:
        page.goto(base + path)
        if found := faults_at(page, at):
            faults[re.sub(r"[0-9a-f-]{36}", "ID", path)] = found
    return faults


def unexpected(watched: Any) -> list[str]:
    return [each for each in watched.complaints if not re.search(r"status of 40[34]", each)]


@pytest.mark.parametrize("sizes", SIZES)
def test_every_staff_page_is_clean(live_server, open_page, signed_in, bob, sizes):
    paths = addresses(bob)
    watched = open_page()
    axe.bring(watched.page)
    before = faults_on(watched.page, live_server.url, ["/sign-in/", "/password/forgotten/"], sizes)
    sign_in(watched.page, live_server.url, signed_in(bob).cookies[settings.SESSION_COOKIE_NAME].value)

    assert before | faults_on(watched.page, live_server.url, paths, sizes) == {}
    assert unexpected(watched) == []


@pytest.mark.proof
@pytest.mark.parametrize("role", ["alice", "dana", "vera", "adam"])
def test_every_staff_page_is_clean_in_every_role(request, live_server, open_page, signed_in, bob, role):
    person = request.getfixturevalue(role)
    paths = addresses(bob)
    watched = open_page()
    axe.bring(watched.page)
    sign_in(watched.page, live_server.url, signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value)

    assert faults_on(watched.page, live_server.url, paths, ALL) == {}
    assert unexpected(watched) == []


def test_a_form_that_did_not_go_through_says_so_and_keeps_what_was_typed(
    live_server, open_page, signed_in, bob
):
    page = open_page().page
    sign_in(page, live_server.url, signed_in(bob).cookies[settings.SESSION_COOKIE_NAME].value)

    page.goto(live_server.url + reverse("casefile:new_client", args=["harbor"]))
    page.get_by_label("Given name").fill("Ñandú")
    page.get_by_role("textbox", name="E-mail").fill("not an address")
    page.get_by_role("button", name="Save client").click()

    assert page.title().startswith("Error:")
    assert page.evaluate("document.activeElement.closest('.error-summary, [tabindex]') !== null")
    assert page.get_by_label("Given name").input_value() == "Ñandú"
    assert page.get_by_role("link", name="Enter the family name").count() == 1
    assert axe.faults(page) == []

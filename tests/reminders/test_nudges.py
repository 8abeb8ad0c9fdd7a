"""Reminders that people set for themselves: for them alone, and whatever becomes of the case."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from reminders.models import Nudge, State
from reminders.services import nudges
from tests.cases.pages import boxes, errors_by_fields, stop_clock, words_of
from tests.factories import day_before, make_case
from tests.reminders.box import DAY, NOW, part, plan, rows, send_all

pytestmark = pytest.mark.django_db
TODAY = day_before(NOW, 0)
WORDS = "Ask the clinic for the chart"


@pytest.fixture(autouse=True)
def at_now(settings: Any) -> None:
    stop_clock(settings, NOW)


@pytest.fixture
def case(harbor: Any, bob: User) -> Case:
    with scope(harbor.pk, door=Door.STAFF):
        return make_case(by=bob, now=NOW)


def nudge(case: Case, by: User, days: int = 3) -> Nudge:
    with scope(case.organisation_id, door=Door.STAFF):
        return nudges.set_nudge(case=case, on=TODAY + days * DAY, words=WORDS, by=by, now=NOW)


def finish(row: Nudge, by: User) -> None:
    with scope(row.organisation_id, door=Door.STAFF):
        nudges.finish_nudge(nudge=row, by=by, now=NOW)


def test_a_nudge_leaves_at_the_hour_of_the_policy_where_the_person_is(harbor, bob, case, box):
    User.objects.filter(pk=bob.pk).update(zone="America/New_York")
    nudge(case, bob)

    plan(harbor, NOW)
    [row] = rows(harbor)
    send_all(harbor, box, row.send_at)

    assert row.send_at == datetime(2026, 9, 18, 12, tzinfo=row.send_at.tzinfo)
    [mail] = box.mails
    assert mail.to == bob.email
    assert mail.subject == f"You asked to be reminded of case {case.number}"
    assert WORDS not in part(mail, "plain") + part(mail, "html")


def test_it_comes_even_when_the_case_is_closed(harbor, bob, case, box):
    nudge(case, bob)
    with scope(harbor.pk, door=Door.STAFF):
        Case.objects.filter(pk=case.pk).update(closed_at=NOW, closed_by=bob)

    plan(harbor, NOW + 3 * DAY)
    send_all(harbor, box, NOW + 3 * DAY)

    assert [mail.to for mail in box.mails] == [bob.email]


def test_what_is_done_is_not_sent(harbor, bob, case, box):
    row = nudge(case, bob)
    plan(harbor, NOW)

    finish(row, bob)
    finish(row, bob)
    plan(harbor, NOW + 3 * DAY)

    assert send_all(harbor, box, NOW + 3 * DAY) == 0
    assert [each.state for each in rows(harbor)] == [State.WITHDRAWN]


@pytest.mark.parametrize(("refusal", "days"), [(nudges.NudgeInPast, -1), (nudges.NudgeTooFar, 800)])
def test_a_day_that_is_over_or_too_far_is_refused(bob, case, refusal, days):
    with pytest.raises(refusal):
        nudge(case, bob, days)


def test_nobody_ends_anothers(bob, dana, case):
    with pytest.raises(nudges.NotYours):
        finish(nudge(case, bob), dana)


def test_a_nudge_is_set_on_the_case_stands_there_and_on_its_day_on_today_and_is_done(
    harbor, bob, dana, case, signed_in, settings
):
    browser, page = signed_in(bob), reverse("dashboard:case", args=["harbor", case.pk])
    address = reverse("reminding:set_nudge", args=["harbor", case.pk])

    answer = browser.post(address, boxes("on", TODAY + 3 * DAY) | {"words": WORDS})
    on_case = words_of(browser.get(page).content.decode())
    today = words_of(browser.get("/o/harbor/").content.decode())
    stop_clock(settings, NOW + 3 * DAY)
    browser = signed_in(bob)
    then = words_of(browser.get("/o/harbor/").content.decode())
    for_others = words_of(signed_in(dana).get("/o/harbor/?whose=all").content.decode())
    on_case_for_others = words_of(signed_in(dana).get(page).content.decode())
    with scope(harbor.pk, door=Door.STAFF):
        row = Nudge.objects.get()
    done = reverse("reminding:finish_nudge", args=["harbor", row.pk])
    not_hers = signed_in(dana).post(done).status_code
    back = browser.post(done, {"from": "today"}).headers["Location"]

    assert answer.headers["Location"] == page
    assert (WORDS in on_case, WORDS in today, WORDS in then) == (True, False, True)
    assert (WORDS in for_others, WORDS in on_case_for_others) == (False, False)
    assert (not_hers, back) == (404, "/o/harbor/")
    assert WORDS not in words_of(browser.get("/o/harbor/").content.decode())


def test_a_volunteer_who_lost_the_case_does_not_see_its_name(harbor, bob, vera, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=vera, now=NOW)
    row = nudge(case, vera, 0)
    browser = signed_in(vera)
    before = words_of(browser.get("/o/harbor/").content.decode())
    with scope(harbor.pk, door=Door.STAFF):
        Case.objects.filter(pk=case.pk).update(owner=bob)

    assert WORDS in before
    assert WORDS not in words_of(browser.get("/o/harbor/").content.decode())
    assert browser.post(reverse("reminding:finish_nudge", args=["harbor", row.pk])).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (boxes("on", TODAY - timedelta(1)) | {"words": WORDS}, nudges.NudgeInPast.words),
        (boxes("on", TODAY) | {"words": " "}, "Enter what to be reminded of"),
        ({"words": WORDS}, "Enter the day to be reminded on"),
    ],
)
def test_a_wrong_nudge_is_named_by_its_field(bob, case, signed_in, said, words):
    answer = signed_in(bob).post(reverse("reminding:set_nudge", args=["harbor", case.pk]), said)

    assert answer.status_code == 422
    assert errors_by_fields(answer.content.decode()) == [words]

"""Closing asks what happens to each open date; a closed case reminds nobody; reopening brings them back."""

from datetime import timedelta

import pytest

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from cases.casefile import services as casefile
from cases.casefile.models import Case, Note
from cases.casefile.queries import standing_events
from cases.casefile.services import FactInFuture
from cases.deadlines import services
from cases.deadlines.models import Deadline, State
from cases.deadlines.queries import open_for
from cases.deadlines.services import Done, NoLongerApplies
from reminders.models import Reminder
from tests.cases.pages import boxes, errors_by_fields, errors_in_summary, everything, words_of
from tests.conftest import NOW
from tests.factories import day_before, make_case, make_denied_case, make_filed_case
from tests.reminders.box import plan

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)
ENDS = NoLongerApplies("The family moved away")


def open_dates(case: Case) -> list[Deadline]:
    return list(Deadline.objects.open().filter(case=case).order_by("act_at"))


def close(case: Case, by: User, **decisions: object) -> None:
    every = {each.pk: decisions.get("each", ENDS) for each in open_dates(case)}
    services.close_case(case=case, outcome="They moved.", decisions=every, by=by, now=NOW)


def as_actor(user: User) -> Actor:
    return Actor(Membership.objects.select_related("user", "organisation").get(user=user))


def test_a_case_with_an_undecided_date_stays_open_and_nothing_is_written(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)
    first, *others = open_dates(case)
    before = everything()

    with pytest.raises(services.DateUndecided) as said:
        services.close_case(
            case=case, outcome="x", decisions={each.pk: ENDS for each in others}, by=bob, now=NOW
        )

    assert others
    assert first.title in said.value.words
    assert everything() == before


def test_each_date_ends_as_was_said_and_the_case_says_who_closed_it(in_harbor, bob, dana):
    case, _ = make_filed_case(by=bob, now=NOW)
    done, *others = open_dates(case)
    decisions = {each.pk: ENDS for each in others} | {done.pk: Done(TODAY, "The plan's letter")}

    services.close_case(case=case, outcome="They moved.", decisions=decisions, by=dana, now=NOW)

    case.refresh_from_db()
    assert (case.closed_at, case.closed_by) == (NOW, dana)
    assert not open_dates(case)
    done.refresh_from_db()
    assert (done.state, done.met_words, done.met_by_person) == (State.MET, "The plan's letter", dana)
    waived = Deadline.objects.filter(case=case, state=State.WAIVED)
    assert {each.waived_reason for each in waived} == {"The family moved away"}
    assert Note.objects.filter(text__contains="They moved.").exists()
    assert AuditEvent.objects.filter(act="case closed", actor_id=dana.pk).exists()


def test_a_case_without_dates_closes_with_a_word(in_harbor, bob):
    case = make_case(by=bob, now=NOW)

    close(case, bob)

    with pytest.raises(services.CaseClosed):
        close(case, bob)


def test_a_wrong_day_leaves_the_case_open(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    before = everything()

    with pytest.raises(FactInFuture):
        close(case, bob, each=Done(TODAY + timedelta(days=1), "w"))

    assert everything() == before


def test_a_version_that_came_after_the_page_was_shown_is_asked_about(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    shown = {each.pk: ENDS for each in open_dates(case)}
    [denied] = standing_events(case)
    casefile.correct_event(event=denied, occurred_on=day_before(NOW, 12), reason="stamp", by=bob, now=NOW)

    with pytest.raises(services.DateUndecided):
        services.close_case(case=case, outcome="x", decisions=shown, by=bob, now=NOW)


def test_a_closed_case_drops_out_of_today_and_reminds_nobody(harbor, bob):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=NOW)
        assert list(open_for(as_actor(bob)))
    plan(harbor, NOW)
    with scope(harbor.pk, door=Door.STAFF):
        assert Reminder.objects.filter(state="planned").exists()
        close(case, bob)
        # A fact that is corrected afterwards makes a new version; a closed case stays silent.
        [denied] = standing_events(case)
        on = day_before(NOW, 12)
        casefile.correct_event(event=denied, occurred_on=on, reason="stamp", by=bob, now=NOW)
        assert open_dates(case)
        assert list(open_for(as_actor(bob))) == []
    plan(harbor, NOW)

    with scope(harbor.pk, door=Door.STAFF):
        assert not Reminder.objects.filter(state="planned").exists()


def test_reopening_brings_back_what_ended_only_by_closing(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_filed_case(by=bob, now=NOW)
        first, done, *others = open_dates(case)
        before = NOW - timedelta(hours=1)
        services.waive(deadline=first, reason="They have written", by=bob, now=before)
        decisions = {each.pk: ENDS for each in others} | {done.pk: Done(TODAY, "The plan's letter")}
        services.close_case(case=case, outcome="x", decisions=decisions, by=bob, now=NOW)

        later = NOW + timedelta(days=2)
        services.reopen_case(case=case, reason="They came back", by=dana, now=later)

        case.refresh_from_db()
        assert (case.closed_at, case.closed_by) == (None, None)
        assert {each.pk for each in open_dates(case)} == {each.pk for each in others} != set()
        assert Deadline.objects.get(pk=first.pk).state == State.WAIVED
        assert Deadline.objects.get(pk=done.pk).state == State.MET
        with pytest.raises(services.CaseOpen):
            services.reopen_case(case=case, reason="again", by=dana, now=later)
    assert plan(harbor, NOW) > 0


@pytest.fixture
def page(harbor, bob, signed_in, at_now):
    """Bob's own case with its dates, and the address that closes it."""
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_filed_case(by=bob, now=NOW)
        dates = open_dates(case)
    return case, dates, f"/o/harbor/cases/{case.pk}/close/"


def filled(dates: list[Deadline]) -> dict[str, str]:
    said = {"outcome": "They moved."}
    for each in dates:
        said |= {f"what-{each.pk}": "waived", f"words-{each.pk}": "They moved"}
    return said


def test_the_page_asks_about_each_date_in_a_fieldset_of_its_own(page, bob, signed_in):
    _, dates, address = page

    shown = signed_in(bob).get(address).content.decode()

    assert len(dates) > 1
    assert shown.count('<fieldset class="form-group">') == len(dates)
    for each in dates:
        assert f'<fieldset class="form-group"><legend>{each.title}' in shown


def test_a_date_without_an_answer_is_named_and_the_rest_stays(page, bob, signed_in):
    _, [missing, *others], address = page

    answer = signed_in(bob).post(address, filled(others))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert len(errors_by_fields(shown)) == 2
    assert all(missing.title in each for each in errors_by_fields(shown))
    assert errors_in_summary(shown) == errors_by_fields(shown)
    assert "They moved." in shown


def test_done_without_its_day_is_asked_for(page, bob, signed_in):
    _, [first, *others], address = page
    said = filled([first, *others]) | {f"what-{first.pk}": "done"}

    without = signed_in(bob).post(address, said)
    with_day = signed_in(bob).post(address, said | boxes(f"on-{first.pk}", TODAY))

    assert errors_by_fields(without.content.decode()) == ["Enter the day it was done"]
    assert with_day.status_code == 302


def test_a_closed_case_offers_to_be_opened_and_its_dates_say_why_they_are_silent(page, bob, signed_in):
    case, dates, address = page
    browser = signed_in(bob)
    home = f"/o/harbor/cases/{case.pk}/"

    browser.post(address, filled(dates))
    closed = words_of(browser.get(home).content.decode())
    a_date = words_of(browser.get(f"{home}dates/{dates[0].pk}/").content.decode())
    browser.post(f"{home}reopen/", {"reason": "They came back"})

    assert "This case is closed. Open this case again" in closed
    assert "Its dates remind nobody" in a_date
    assert "It applies again" not in a_date
    assert "Close this case" in words_of(browser.get(home).content.decode())


@pytest.mark.parametrize(
    ("name", "status"), [("dana", 200), ("alice", 200), ("bob", 200), ("vera", 404), ("adam", 403)]
)
def test_who_leads_or_works_the_case_may_close_it(page, request, signed_in, name, status):
    _, _, address = page

    assert signed_in(request.getfixturevalue(name)).get(address).status_code == status


def test_an_advocate_does_not_close_the_case_of_another(harbor, bob, dana, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=dana, now=NOW)
    browser = signed_in(bob)

    for part in ("close", "reopen"):
        assert browser.get(f"/o/harbor/cases/{case.pk}/{part}/").status_code == 403
    assert "Close this case" not in browser.get(f"/o/harbor/cases/{case.pk}/").content.decode()

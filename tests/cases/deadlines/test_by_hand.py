"""What a person says of a date stands while its version stands: done, waived, another day, extended."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from advocacy.organisations.scope import Door, scope
from cases.casefile import services as casefile
from cases.casefile.models import Case, Note
from cases.casefile.queries import standing_events
from cases.casefile.services import FactInFuture
from cases.deadlines import services
from cases.deadlines.models import Deadline, State
from cases.grievances import services as grievances
from reminders.models import Reminder
from tests.cases.pages import boxes, unchanged, words_of
from tests.conftest import NOW
from tests.factories import day_before, make_denied_case, make_filed_case
from tests.reminders.box import plan

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)
COMPLAIN, ANSWER, WAIT = "dmhc-grievance-file-180d", "dmhc-grievance-resolve-30d", "dmhc-wait-30d"
EARLIER, LATER = TODAY + timedelta(days=20), TODAY + timedelta(days=400)


def the_date(case: Case, rule: str = COMPLAIN) -> Deadline:
    return Deadline.objects.standing().get(case=case, rule=rule)


def meet(deadline: Deadline, by: object) -> None:
    services.meet(deadline=deadline, on=TODAY, words="Receipt FX-9", by=by, now=NOW)


def waive(deadline: Deadline, by: object) -> None:
    services.waive(deadline=deadline, reason="The plan gave the care", by=by, now=NOW)


def set_earlier(deadline: Deadline, by: object) -> None:
    services.set_own_date(deadline=deadline, on=EARLIER, reason="She travels then", by=by, now=NOW)


def correct_the_letter(case: Case, by: object) -> None:
    [denied] = [event for event in standing_events(case) if event.kind == "denied"]
    casefile.correct_event(event=denied, occurred_on=day_before(NOW, 14), reason="stamp", by=by, now=NOW)


def file(case: Case, by: object) -> None:
    grievances.file_grievance(case=case, filed_on=TODAY, channel="fax", reference="F", by=by, now=NOW)


Act = Callable[[Deadline, object], None]
BY_HAND = pytest.mark.parametrize("act", [meet, waive, set_earlier])


@BY_HAND
def test_recomputing_leaves_what_was_said_however_often_it_runs(in_harbor, bob, act: Act):
    case = make_denied_case(by=bob, now=NOW)
    act(the_date(case), bob)

    assert unchanged(lambda: services.recompute(case=case, now=NOW + timedelta(days=1)))
    assert unchanged(lambda: services.recompute(case=case, now=NOW + timedelta(days=2)))


@BY_HAND
def test_a_changed_fact_replaces_the_version_and_its_history_stays_readable(in_harbor, bob, dana, act: Act):
    case = make_denied_case(by=bob, now=NOW)
    act(the_date(case), dana)
    old = the_date(case)
    said = (old.met_words, old.met_by_person, old.met_on, old.waived_reason, old.own_at, old.own_reason)

    correct_the_letter(case, bob)

    new = the_date(case)
    assert (new.version, new.state, new.own_at) == (2, State.OPEN, None)
    assert new.act_on == new.act_on_by_law
    old.refresh_from_db()
    assert old.state == State.SUPERSEDED
    assert (
        old.met_words, old.met_by_person, old.met_on, old.waived_reason, old.own_at, old.own_reason
    ) == said  # fmt: skip
    assert "so version 1 is replaced" in Note.objects.order_by("written_at", "pk").last().text
    assert unchanged(lambda: services.recompute(case=case, now=NOW))


@pytest.mark.parametrize(("act", "state"), [(meet, State.MET), (waive, State.WAIVED)])
def test_a_fact_that_would_end_it_changes_nothing_that_a_person_said(in_harbor, bob, act, state):
    case = make_denied_case(by=bob, now=NOW)
    act(the_date(case), bob)

    file(case, bob)

    found = the_date(case)
    assert (found.version, found.state, found.met_by) == (1, state, None)


def test_a_date_set_by_hand_is_met_by_the_fact_like_any_other(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    set_earlier(the_date(case), bob)

    file(case, bob)

    found = the_date(case)
    assert (found.version, found.state, found.act_on) == (1, State.MET, EARLIER)
    assert unchanged(lambda: services.recompute(case=case, now=NOW))


UNDO = pytest.mark.parametrize(("act", "undo"), [(meet, services.not_done), (waive, services.reopen)])


@UNDO
def test_it_can_be_taken_back_and_the_date_runs_again(in_harbor, bob, dana, act, undo):
    case = make_denied_case(by=bob, now=NOW)
    act(the_date(case), bob)

    undo(deadline=the_date(case), reason="It was another case's", by=dana, now=NOW)

    found = the_date(case)
    assert (found.version, found.state) == (1, State.OPEN)
    assert (found.met_on, found.met_words, found.waived_reason) == (None, "", "")
    assert "It was another case's" in Note.objects.order_by("written_at", "pk").last().text


@UNDO
def test_taken_back_after_the_fact_it_is_met_by_the_fact(in_harbor, bob, act, undo):
    case = make_denied_case(by=bob, now=NOW)
    act(the_date(case), bob)
    file(case, bob)

    undo(deadline=the_date(case), reason="Look at the facts", by=bob, now=NOW)

    found = the_date(case)
    assert (found.state, found.met_by.kind) == (State.MET, "grievance_filed")


def test_what_a_fact_has_met_is_not_taken_back_by_hand(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)

    with pytest.raises(services.NothingToTakeBack):
        services.not_done(deadline=the_date(case), reason="r", by=bob, now=NOW)


def test_done_names_a_day_that_can_be(in_harbor, bob):
    deadline = the_date(make_denied_case(by=bob, now=NOW, denied_days_ago=10))

    with pytest.raises(FactInFuture):
        services.meet(deadline=deadline, on=TODAY + timedelta(days=1), words="w", by=bob, now=NOW)
    with pytest.raises(services.BeforeItsStart):
        services.meet(deadline=deadline, on=day_before(NOW, 11), words="w", by=bob, now=NOW)


@pytest.mark.parametrize("second", [meet, waive, set_earlier])
@pytest.mark.parametrize("first", [meet, waive])
def test_a_date_that_has_ended_takes_nothing_more(in_harbor, bob, first: Act, second: Act):
    case = make_denied_case(by=bob, now=NOW)
    before = the_date(case)
    first(before, bob)

    with pytest.raises(services.NotOpen):
        # The page was open since before: its row says that the date is open.
        second(before, bob)


def test_an_earlier_day_is_worked_to_and_the_one_by_law_stands_beside_it(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    law = the_date(case)

    set_earlier(law, bob)

    found = the_date(case)
    assert (found.act_on, found.act_on_by_law) == (EARLIER, law.act_on)
    assert (found.nominal_at, found.last_lawful_at, found.version) == (law.nominal_at, law.last_lawful_at, 1)
    assert (found.own_reason, found.own_by, found.own_set_at) == ("She travels then", bob, NOW)


def test_who_has_seen_the_first_day_has_not_seen_the_other(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    services.mark_seen(deadline=the_date(case), by=bob, now=NOW)

    set_earlier(the_date(case), bob)

    assert the_date(case).seen_at is None


def test_a_day_later_than_the_law_needs_a_word(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    deadline, said = the_date(case), {"on": LATER, "reason": "The plan agreed", "by": bob, "now": NOW}

    with pytest.raises(services.LaterThanLaw):
        services.set_own_date(deadline=deadline, **said)
    services.set_own_date(deadline=deadline, **said, confirmed=True)

    assert the_date(case).act_on == LATER
    assert the_date(case).act_on_by_law == deadline.act_on


def test_their_duty_may_be_asked_after_later_without_a_word(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)
    deadline = the_date(case, ANSWER)

    on = deadline.act_on + timedelta(days=2)
    services.set_own_date(deadline=deadline, on=on, reason="They asked for two days", by=bob, now=NOW)

    assert the_date(case, ANSWER).act_on == on
    assert the_date(case, ANSWER).late_after_at == deadline.late_after_at


def test_the_date_by_law_comes_back(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    before = the_date(case)
    set_earlier(before, bob)

    services.drop_own_date(deadline=the_date(case), reason="She stays", by=bob, now=NOW)

    found = the_date(case)
    assert (found.act_at, found.own_at, found.own_by, found.version) == (before.act_at, None, None, 1)
    with pytest.raises(services.NothingToTakeBack):
        services.drop_own_date(deadline=found, reason="again", by=bob, now=NOW)


def test_a_day_that_has_passed_or_is_the_date_already_is_refused(in_harbor, bob):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    def own(on: date) -> None:
        services.set_own_date(deadline=deadline, on=on, reason="r", by=bob, now=NOW)

    with pytest.raises(services.DayPassed):
        own(TODAY - timedelta(days=1))
    with pytest.raises(services.ByLawAlready):
        own(deadline.act_on)


def test_what_opens_a_way_is_not_moved(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)

    with pytest.raises(services.NotMovedByHand):
        services.set_own_date(deadline=the_date(case, WAIT), on=EARLIER, reason="r", by=bob, now=NOW)


def test_reminders_go_by_the_day_that_was_set_and_stop_with_the_date(harbor, bob):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=NOW)
        set_earlier(the_date(case), bob)
    plan(harbor, NOW)
    with scope(harbor.pk, door=Door.STAFF):
        days = {each.step_on for each in Reminder.objects.filter(state="planned")}
        waive(the_date(case), bob)
    plan(harbor, NOW)

    assert EARLIER in days
    assert max(days) == EARLIER
    with scope(harbor.pk, door=Door.STAFF):
        assert not Reminder.objects.filter(state="planned").exists()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "met", "met_on": TODAY}, "deadline_met_names_its_fact"),
        ({"met_words": "w"}, "deadline_met_by_person_has_words"),
        ({"state": "waived"}, "deadline_waived_has_at_by_and_reason"),
        ({"waived_at": NOW}, "deadline_waived_has_at_by_and_reason"),
        ({"verified_at": NOW}, "deadline_verified_at_by_and_day_together"),
        ({"self_checked": True}, "deadline_verified_at_by_and_day_together"),
        ({"own_reason": "r"}, "deadline_own_at_by_and_reason_together"),
        ({"own_at": NOW, "own_set_at": NOW, "own_reason": "r"}, "deadline_own_at_by_and_reason_together"),
        ({"extended_on": TODAY}, "deadline_extended_at_by_on_and_reason_together"),
    ],
)
def test_the_database_refuses_half_of_a_word(in_harbor, bob, changes, constraint):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(**changes)


def test_the_database_keeps_a_set_day_and_the_day_acted_on_together(in_harbor, bob):
    deadline = the_date(make_denied_case(by=bob, now=NOW))
    set_earlier(deadline, bob)

    with pytest.raises(IntegrityError, match="deadline_own_at"), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(act_at=NOW)


def test_the_page_shows_both_dates_who_said_so_and_the_way_back(harbor, dana, bob, signed_in, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        deadline = the_date(make_denied_case(by=bob, now=NOW))
    browser, address = signed_in(dana), f"/o/harbor/cases/{deadline.case_id}/dates/{deadline.pk}/"

    browser.post(f"{address}another-date/", boxes("on", EARLIER) | {"reason": "She travels then"})
    moved = words_of(browser.get(address).content.decode())
    browser.post(f"{address}no-longer-applies/", {"reason": "The plan gave the care"})
    ended = words_of(browser.get(address).content.decode())

    assert "Mon, Oct 5, 2026" in moved
    assert "By the law: Thu, Mar 4, 2027." in moved
    assert "Set by Dana Whitfield" in moved
    assert "Back to the date by the law" in moved
    assert "It no longer applies. Dana Whitfield" in ended
    assert "The plan gave the care" in ended
    assert "It applies again" in ended
    assert "Set another date" not in ended

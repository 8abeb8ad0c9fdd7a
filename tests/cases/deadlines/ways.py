"""The ways to each refusal of an act on a date, for tests/cases/test_refusals.py."""

from collections.abc import Callable
from datetime import date
from typing import Any

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ADVOCATE
from advocacy.accounts.services import join
from cases.deadlines import services as deadlines
from cases.deadlines.models import Deadline
from tests.cases.ways import Act, leads_to
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_case,
    make_denied_case,
    make_filed_case,
    make_person,
    with_clock,
)

TODAY = day_before(NOW, 0)


def the_date(case: Any) -> Deadline:
    return Deadline.objects.standing().get(case=case)


def by_hand(case: Any, by: User, name: str, **said: Any) -> Act:
    """An act on the case's date, as a page posts it."""
    deadline = the_date(case)
    return lambda: getattr(deadlines, name)(deadline=deadline, **said, by=by, now=NOW)


@leads_to(deadlines.NotOpen)
def a_date_waived_twice(bob, charlie):
    act = by_hand(make_denied_case(by=bob, now=NOW), bob, "waive", reason="They moved")
    act()
    return act


@leads_to(deadlines.AlreadyChecked)
def a_date_checked_twice(bob, charlie):
    dana = make_person(name="Dana Whitfield", now=NOW)
    act = by_hand(make_denied_case(by=bob, now=NOW), dana, "verify", day=day_before(NOW, 10))
    act()
    return act


@leads_to(deadlines.NotBeforeTomorrow)
def a_date_checked_alone_on_the_same_day(bob, charlie):
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "verify", day=day_before(NOW, 10))


@leads_to(deadlines.SamePerson)
def a_date_checked_by_who_set_it(bob, charlie):
    here = Membership.objects.get(user=bob).organisation
    join(user=make_person(name="Dana Whitfield", now=NOW), organisation=here, role=ADVOCATE, now=NOW)
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "verify", day=day_before(NOW, 10))


@leads_to(deadlines.BeforeItsStart)
def something_done_before_it_began(bob, charlie):
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "meet", on=day_before(NOW, 11), words="w")


@leads_to(deadlines.NothingToTakeBack)
def a_date_reopened_that_runs(bob, charlie):
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "reopen", reason="r")


@leads_to(deadlines.DayPassed)
def a_day_to_work_to_that_has_passed(bob, charlie):
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "set_own_date", on=day_before(NOW, 1), reason="r")


@leads_to(deadlines.ByLawAlready)
def the_day_to_work_to_that_it_is_already(bob, charlie):
    case = make_denied_case(by=bob, now=NOW)
    return by_hand(case, bob, "set_own_date", on=the_date(case).act_on, reason="r")


@leads_to(deadlines.LaterThanLaw)
def a_day_later_than_the_law(bob, charlie):
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "set_own_date", on=date(2029, 1, 2), reason="r")


@leads_to(deadlines.NotMovedByHand)
def a_wait_that_is_moved(bob, charlie):
    case, _ = make_filed_case(by=bob, now=NOW)
    wait = Deadline.objects.get(case=case, direction="opens")
    return lambda: deadlines.set_own_date(deadline=wait, on=date(2029, 1, 2), reason="r", by=bob, now=NOW)


@leads_to(deadlines.NoWayToExtend)
def a_time_that_nobody_can_extend(bob, charlie):
    return by_hand(make_denied_case(by=bob, now=NOW), bob, "extend_time", on=TODAY, reason="r")


def a_decision(bob: User, rule: str) -> Callable[..., Any]:
    clock = with_clock(case=make_denied_case(by=bob, now=NOW), rule=rule, on=TODAY, now=NOW)
    return lambda deadline=clock: deadlines.extend_time(
        deadline=deadline, on=TODAY, reason="r", by=bob, now=NOW
    )


@leads_to(deadlines.AlreadyExtended)
def a_time_extended_twice(bob, charlie):
    extend = a_decision(bob, "dmhc-imr-decision-30d")
    longer = extend()
    return lambda: extend(longer)


@leads_to(deadlines.EndTooEarly)
def an_extension_without_its_last_day(bob, charlie):
    return a_decision(bob, "dmhc-complaint-decision-30d")


@leads_to(deadlines.DateUndecided)
def a_case_closed_over_an_open_date(bob, charlie):
    case = make_denied_case(by=bob, now=NOW)
    return lambda: deadlines.close_case(case=case, outcome="x", decisions={}, by=bob, now=NOW)


@leads_to(deadlines.CaseClosed)
def a_case_closed_twice(bob, charlie):
    case = make_case(by=bob, now=NOW)

    def close() -> None:
        deadlines.close_case(case=case, outcome="x", decisions={}, by=bob, now=NOW)

    close()
    return close


@leads_to(deadlines.CaseOpen)
def an_open_case_reopened(bob, charlie):
    case = make_case(by=bob, now=NOW)
    return lambda: deadlines.reopen_case(case=case, reason="r", by=bob, now=NOW)

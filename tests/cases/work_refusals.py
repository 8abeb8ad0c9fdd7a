"""Ways to each refusal of the daily work, for `test_refusals`: calls, promises and tasks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from advocacy.accounts import services as accounts
from advocacy.accounts.models import User
from advocacy.accounts.roles import VOLUNTEER
from advocacy.kernel.errors import Refusal
from cases.casefile import services as casefile
from tests.conftest import NOW
from tests.factories import day_before, make_case, make_person

TODAY = day_before(NOW, 0)
Act = Callable[[], Any]
Way = Callable[[User, User], Act]
WAYS: list[tuple[type[Refusal], Way]] = []


def leads_to(refusal: type[Refusal]) -> Callable[[Way], Way]:
    def note(way: Way) -> Way:
        WAYS.append((refusal, way))
        return way

    return note


def call(case: Any, by: User, **fields: Any) -> Act:
    said = {"at": NOW, "promise": "", "promised_on": None} | fields
    return lambda: casefile.log_call(
        case=case, with_whom="plan", person="", phone="", reference="", said="x", by=by, now=NOW, **said
    )


@leads_to(casefile.CallInFuture)
def a_call_of_the_next_minute(bob, charlie):
    return call(make_case(by=bob, now=NOW), bob, at=NOW + timedelta(minutes=1))


@leads_to(casefile.PromiseWithoutDay)
def a_promise_for_some_time(bob, charlie):
    return call(make_case(by=bob, now=NOW), bob, promise="call back")


@leads_to(casefile.DayWithoutPromise)
def a_day_for_nothing(bob, charlie):
    return call(make_case(by=bob, now=NOW), bob, promise="  ", promised_on=TODAY)


@leads_to(casefile.PromiseBeforeCall)
def a_promise_for_yesterday(bob, charlie):
    return call(make_case(by=bob, now=NOW), bob, promise="call", promised_on=TODAY - timedelta(1))


def task(case: Any, owner: User, by: User, due_on: date = TODAY) -> Act:
    return lambda: casefile.add_task(case=case, what="Call", due_on=due_on, owner=owner, by=by, now=NOW)


@leads_to(casefile.DueInPast)
def a_task_for_yesterday(bob, charlie):
    return task(make_case(by=bob, now=NOW), bob, bob, TODAY - timedelta(1))


@leads_to(casefile.NotAColleague)
def a_task_for_a_neighbour(bob, charlie):
    return task(make_case(by=bob, now=NOW), charlie, bob)


@leads_to(casefile.CannotSeeCase)
def a_task_for_who_cannot_open_the_case(bob, charlie):
    made = make_case(by=bob, now=NOW)
    helper = make_person(name="Hal Young", now=NOW)
    accounts.join(user=helper, organisation=made.organisation, role=VOLUNTEER, now=NOW)
    return task(made, helper, bob)


@leads_to(casefile.TaskIsOver)
def a_task_dropped_after_it_was_done(bob, charlie):
    made = task(make_case(by=bob, now=NOW), bob, bob)()
    casefile.finish_task(task=made, by=bob, now=NOW)
    return lambda: casefile.drop_task(task=made, reason="r", by=bob, now=NOW)


@leads_to(casefile.TaskIsOver)
def a_task_given_after_it_was_done(bob, charlie):
    made = task(make_case(by=bob, now=NOW), bob, bob)()
    casefile.finish_task(task=made, by=bob, now=NOW)
    return lambda: casefile.give_task(task=made, owner=bob, by=bob, now=NOW)


@leads_to(casefile.TaskIsOver)
def a_task_done_after_it_was_dropped(bob, charlie):
    made = task(make_case(by=bob, now=NOW), bob, bob)()
    casefile.drop_task(task=made, reason="r", by=bob, now=NOW)
    return lambda: casefile.finish_task(task=made, by=bob, now=NOW)

"""Calls, the promises in them, and tasks."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership
from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from cases.casefile import queries, services
from cases.casefile.models import Call, Case, Task
from tests.cases.pages import boxes, errors_by_fields, part_of, unchanged, words_of
from tests.cases.together import at_once
from tests.conftest import NOW
from tests.factories import day_before, make_call, make_case, make_client, make_task

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)
TOMORROW = day_before(NOW, -1)


def log(case, by, **fields):
    return make_call(case=case, by=by, now=NOW, **fields)


def add(case, by, **fields):
    return make_task(case=case, by=by, now=NOW, **fields)


def actor(person) -> Actor:
    return Actor(Membership.objects.select_related("organisation", "user").get(user=person))


def test_a_promise_with_its_day_becomes_a_task_of_who_works_the_case(in_harbor, bob, dana):
    case = make_case(by=bob, now=NOW)

    call = log(case, dana, promise=" call back ", promised_on=TOMORROW)

    task = Task.objects.get()
    assert (task.what, task.due_on) == ("Plan promised: call back", TOMORROW)
    assert (task.owner, task.created_by, task.call) == (bob, dana, call)


def test_a_call_without_a_promise_makes_no_task(in_harbor, bob):
    call = log(make_case(by=bob, now=NOW), bob)

    assert (call.said, call.promise, call.promised_on) == ("It is being typed.", "", None)
    assert not Task.objects.exists()


def test_a_promise_to_a_case_of_somebody_who_left_stays_with_who_logs_it(in_harbor, bob, dana):
    case = make_case(by=bob, now=NOW)
    Membership.objects.filter(user=bob).update(left_at=NOW)

    log(case, dana, promise="call back", promised_on=TOMORROW)

    assert Task.objects.get().owner == dana


def test_a_promise_whose_day_has_passed_is_logged_all_the_same(in_harbor, bob):
    case = make_case(by=bob, now=NOW)

    log(case, bob, at=NOW - timedelta(days=5), promise="call back", promised_on=day_before(NOW, 2))

    assert Task.objects.get().due_on == day_before(NOW, 2)


@pytest.mark.django_db(transaction=True)
def test_a_call_whose_task_fails_is_not_logged_either(harbor, bob, admin_url):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)
    with psycopg.connect(admin_url, autocommit=True) as database:
        database.execute("ALTER TABLE task ADD CONSTRAINT no_more CHECK (false) NOT VALID")
        try:
            with scope(harbor.pk, door=Door.STAFF), pytest.raises(IntegrityError, match="no_more"):
                log(case, bob, promise="call back", promised_on=TOMORROW)
        finally:
            database.execute("ALTER TABLE task DROP CONSTRAINT no_more")

    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        assert not Call.objects.exists()


def test_the_database_refuses_to_change_a_call(in_harbor, bob):
    log(make_case(by=bob, now=NOW), bob)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE phone_call SET reference = 'x'")
        assert cursor.rowcount == 0


def test_the_database_keeps_a_promise_with_its_day(in_harbor, bob):
    case = make_case(by=bob, now=NOW)

    with pytest.raises(DatabaseError, match="phone_call_promise_and_day_together"), transaction.atomic():
        Call.objects.create(
            client=case.client, case=case, at=NOW, with_whom="plan", said="x", promise="soon",
            recorded_at=NOW, recorded_by=bob,
        )  # fmt: skip


def test_a_task_is_done_once_and_the_first_name_stands(in_harbor, bob, dana):
    task = add(make_case(by=bob, now=NOW), bob)

    first = services.finish_task(task=task, by=bob, now=NOW)
    second = services.finish_task(task=task, by=dana, now=NOW + timedelta(minutes=5))

    assert (first.done_by, first.done_at) == (second.done_by, second.done_at) == (bob, NOW)
    assert unchanged(lambda: services.finish_task(task=task, by=dana, now=NOW))
    assert AuditEvent.objects.filter(act="task done").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_finish_it_at_once_are_told_the_same(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        task = add(make_case(by=bob, now=NOW), bob)

    def finish(by):
        with transaction.atomic():
            return services.finish_task(task=task, by=by, now=NOW).done_by

    told = at_once(harbor.pk, lambda: finish(bob), lambda: finish(dana))

    assert told[0] == told[1]
    assert told[0] in {bob, dana}


def test_a_dropped_task_says_why_and_is_not_done_any_more(in_harbor, bob, dana):
    task = add(make_case(by=bob, now=NOW), bob)

    services.drop_task(task=task, reason=" The plan gave in. ", by=dana, now=NOW)

    task.refresh_from_db()
    assert (task.dropped_by, task.drop_reason, task.is_open) == (dana, "The plan gave in.", False)
    with pytest.raises(services.TaskIsOver, match="Dana Whitfield dropped this task already"):
        services.finish_task(task=task, by=bob, now=NOW)


def test_a_task_goes_to_a_colleague_who_can_see_its_case(in_harbor, bob, dana, vera, charlie):
    his, hers = make_case(by=bob, now=NOW), make_case(by=vera, now=NOW)
    task, of_hers = add(his, bob), add(hers, bob)

    services.give_task(task=task, owner=dana, by=bob, now=NOW)
    services.give_task(task=of_hers, owner=vera, by=bob, now=NOW)

    assert {each.owner for each in Task.objects.all()} == {dana, vera}
    for owner, refusal in ((vera, services.CannotSeeCase), (charlie, services.NotAColleague)):
        with pytest.raises(refusal):
            services.give_task(task=task, owner=owner, by=bob, now=NOW)


def test_the_tasks_of_a_case_stand_soonest_first_and_the_closed_ones_after(
    in_harbor, bob, django_assert_num_queries
):
    case, other = make_case(by=bob, now=NOW), make_case(by=bob, now=NOW)
    late, soon, done = (
        add(case, bob, what=what, due_on=day_before(NOW, -days))
        for what, days in (("late", 9), ("soon", 1), ("done", 0))
    )
    add(other, bob)
    services.finish_task(task=done, by=bob, now=NOW)

    with django_assert_num_queries(1):
        found = queries.tasks_of(case)
        assert [(task, task.owner.name) for task in found] == [
            (each, "Bob Ortega") for each in (soon, late, done)
        ]
        assert found[2].done_by == bob


def test_open_tasks_are_those_of_visible_open_cases_up_to_a_day(
    in_harbor, bob, vera, django_assert_num_queries
):
    his, hers, closed = (make_case(by=by, now=NOW) for by in (bob, vera, bob))
    for case in (his, hers, closed):
        add(case, case.owner, what=case.number)
    add(his, bob, what="far", due_on=day_before(NOW, -40))
    add(his, bob, what="first", due_on=TODAY)
    services.finish_task(task=add(his, bob, what="done"), by=bob, now=NOW)
    Case.objects.filter(pk=closed.pk).update(closed_at=NOW, closed_by=bob)
    seen_by = {person: actor(person) for person in (bob, vera)}

    with django_assert_num_queries(2):
        his_list = list(queries.open_tasks_for(seen_by[bob], TOMORROW))
        her_list = list(queries.open_tasks_for(seen_by[vera], TOMORROW))
        assert [task.case.client.family_name for task in her_list] == ["Reyes"]

    assert [task.what for task in his_list] == ["first", his.number, hers.number]
    assert [task.what for task in her_list] == [hers.number]
    assert [task.what for task in queries.open_tasks_for(seen_by[bob])][-1] == "far"


def test_calls_stand_newest_first(in_harbor, bob, django_assert_num_queries):
    case = make_case(by=bob, now=NOW)
    old, new = (log(case, bob, at=NOW - timedelta(hours=hours)) for hours in (9, 2))

    with django_assert_num_queries(1):
        assert [(call, call.recorded_by.name) for call in queries.calls_of(case)] == [
            (new, "Bob Ortega"), (old, "Bob Ortega"),
        ]  # fmt: skip


def form_of_a_call(**fields):
    typed = {"time": "9:30 am", "with_whom": "plan", "said": "They have it.", "csrfmiddlewaretoken": "x"}
    return typed | boxes("on", TODAY) | fields


def test_a_logged_call_and_its_promise_stand_on_the_page(signed_in, harbor, bob, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)
    browser, url = signed_in(bob), f"/o/harbor/cases/{case.pk}/tasks/"
    promise = {"reference": "C-88", "promise": "call back", **boxes("promised_on", TOMORROW)}

    answer = browser.post(f"/o/harbor/cases/{case.pk}/calls/add/", form_of_a_call(**promise), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(url, 302)]
    assert "Promised by Wed, Sep 16 Plan promised: call back The plan's move. Bob Ortega watches it." in (
        words_of(part_of(page, "tasks"))
    )
    calls = words_of(part_of(page, "calls"))
    assert "Tue, Sep 15, 9:30 am" in calls
    assert "Reference C-88" in calls
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        assert Call.objects.get().at.isoformat() == "2026-09-15T16:30:00+00:00"


def test_a_task_for_a_day_that_is_over_is_refused_by_its_field(signed_in, harbor, bob, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)
    typed = {"what": "Call", "owner": str(bob.pk), "csrfmiddlewaretoken": "x"}

    answers = [
        signed_in(bob).post(f"/o/harbor/cases/{case.pk}/tasks/add/", typed | boxes("due_on", day))
        for day in (day_before(NOW, 1), TODAY)
    ]

    assert [answer.status_code for answer in answers] == [422, 302]
    assert errors_by_fields(answers[0].content.decode()) == [services.DueInPast.words]


def test_who_comes_second_is_told_who_was_first(signed_in, harbor, bob, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        task = add(make_case(by=bob, now=NOW), bob)
        services.finish_task(task=task, by=bob, now=NOW)
        dropped = add(task.case, bob)
        services.drop_task(task=dropped, reason="r", by=bob, now=NOW)

    said = [
        words_of(signed_in(dana).post(f"/o/harbor/tasks/{each.pk}/done/", follow=True).content.decode())
        for each in (task, dropped)
    ]

    assert "Bob Ortega did this already." in said[0]
    assert "Bob Ortega dropped this task already." in said[1]


def test_who_only_reads_gets_no_button(signed_in, harbor, bob, adam, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)
        task = add(case, bob)

    page = signed_in(adam).get(f"/o/harbor/cases/{case.pk}/tasks/").content.decode()

    assert task.what in page
    assert "<form" not in part_of(page, "tasks")
    assert "Log a call" not in page
    assert signed_in(adam).post(f"/o/harbor/tasks/{task.pk}/done/").status_code == 403


def test_the_pages_name_no_task_in_their_title(signed_in, harbor, bob, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        task = add(make_case(by=bob, now=NOW, client=make_client(by=bob, now=NOW)), bob, what="Ask of lupus")

    for act in ("drop", "give"):
        page = signed_in(bob).get(f"/o/harbor/tasks/{task.pk}/{act}/").content.decode()
        assert "The task: Ask of lupus" in page
        assert "lupus" not in page.partition("</title>")[0]

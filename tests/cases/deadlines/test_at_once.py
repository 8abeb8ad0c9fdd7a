"""Two facts at once make one standing version of each clock."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.casefile import services as casefile
from cases.casefile.models import Event
from cases.clients import services as clients
from cases.deadlines import services
from cases.deadlines.models import Deadline
from cases.grievances import services as grievances
from cases.grievances.models import Grievance
from tests.cases.together import at_once
from tests.conftest import NOW
from tests.factories import day_before, make_denied_case, make_filed_case

pytestmark = pytest.mark.django_db(transaction=True)

COMPLAIN = "dmhc-grievance-file-180d"


def test_two_corrections_at_once_leave_one_standing_version(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=NOW, denied_days_ago=20)
    with job_in(harbor.pk):
        denied = Event.objects.select_related("case").get(case=case)

    def correct(days: int, by: object) -> object:
        day = denied.occurred_on - timedelta(days)
        return casefile.correct_event(event=denied, occurred_on=day, reason="stamp", by=by, now=NOW)

    ends = at_once(harbor.pk, lambda: correct(1, bob), lambda: correct(2, dana))

    with job_in(harbor.pk):
        assert sorted(type(end).__name__ for end in ends) == ["AlreadyCorrected", "Event"]
        standing = Deadline.objects.standing().get(case=case, rule=COMPLAIN)
        [written] = [end for end in ends if isinstance(end, Event)]
        assert (standing.version, standing.trigger_id) == (2, written.pk)


def test_two_facts_at_once_make_each_clock_once(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        case, grievance = make_filed_case(by=bob, now=NOW, filed_days_ago=20)

    def answer() -> None:
        grievances.record(
            move="answered", grievance=grievance, on=day_before(NOW, 2), outcome="upheld", by=bob, now=NOW
        )

    def correct() -> None:
        with transaction.atomic():
            filed = Event.objects.select_related("case").get(case=case, kind="grievance_filed")
            casefile.correct_event(
                event=filed, occurred_on=filed.occurred_on - timedelta(1), reason="fax", by=dana, now=NOW
            )

    ends = at_once(harbor.pk, answer, correct)

    assert ends == [None, None]
    with job_in(harbor.pk):
        standing = list(Deadline.objects.standing().filter(case=case))
        assert len(standing) == len({each.rule for each in standing}) == 5
        before = [(each.pk, each.state, each.act_at) for each in standing]
        services.recompute(case=case, now=NOW)
        after = Deadline.objects.standing().filter(case=case)
        assert {(each.pk, each.state, each.act_at) for each in after} == set(before)


def test_a_grievance_filed_twice_at_once_is_filed_once(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=NOW)

    def file(by: object) -> object:
        return grievances.file_grievance(
            case=case, filed_on=day_before(NOW, 1), channel="fax", reference="", by=by, now=NOW
        )

    ends = at_once(harbor.pk, lambda: file(bob), lambda: file(dana))

    assert sorted(type(end).__name__ for end in ends) == ["Grievance", "MovedOn"]
    with job_in(harbor.pk):
        assert Grievance.objects.filter(case=case).count() == 1
        assert Event.objects.filter(case=case, kind="grievance_filed").count() == 1


def test_seen_by_two_at_once_keeps_one_name(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=NOW)
    with job_in(harbor.pk):
        deadline = Deadline.objects.get(case=case)

    at_once(
        harbor.pk,
        lambda: services.mark_seen(deadline=deadline, by=bob, now=NOW),
        lambda: services.mark_seen(deadline=deadline, by=dana, now=NOW),
    )

    with job_in(harbor.pk):
        deadline.refresh_from_db()
        assert deadline.seen_by in {bob, dana}
        assert deadline.seen_at == NOW


def wait_for_a_blocked_query() -> None:
    """Return once another connection waits for a lock that this one holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited: the two did not meet")


def test_a_fact_that_waited_for_a_change_of_regulator_sees_the_change(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=bob, now=NOW, denied_days_ago=20)
    with job_in(harbor.pk):
        denied = Event.objects.select_related("case").get(case=case)

    def correct() -> None:
        try:
            with scope(harbor.pk, door=Door.STAFF):
                casefile.correct_event(
                    event=denied, occurred_on=day_before(NOW, 21), reason="stamp", by=dana, now=NOW
                )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
            clients.correct_coverage(
                coverage=case.coverage, plan_name="Acme PPO", member_id="", regulator="cdi", evidence="",
                evidence_kind="card", certainty="likely", delegate="", by=bob.pk, now=NOW,
            )  # fmt: skip
            waiting = pool.submit(correct)
            wait_for_a_blocked_query()
        waiting.result(timeout=10)

    with job_in(harbor.pk):
        [deadline] = Deadline.objects.standing().filter(case=case)
        assert deadline.rule == "cdi-internal-appeal-180d"

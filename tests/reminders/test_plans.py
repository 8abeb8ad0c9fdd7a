"""After an import PostgreSQL knows nothing of the new rows yet: no statement may take each pair of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from advocacy.organisations.models import Organisation
from advocacy.organisations.services import job_in
from reminders import services
from reminders.delivery import ReminderQueue
from reminders.models import Reminder, State
from tests.bulk import copy_case
from tests.reminders.box import DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)

COPIES = 300
# What may be taken in pairs: one side of each has a row for a person of the organisation, or for one of the
# ten mails in hand, and not for each date.
SHORT = {
    "(told.owner = case_file.owner_id)",
    "(case_file.owner_id = told.owner)",
    "(held.mail_id = whole.mail_id)",
    "(client.id = reminder.client_id)",
    "(reminder.nudge_id = nudge.id)",
    "(reminder.contact_id = emergency_contact.id)",
    "(reminder.recipient_id = t8.id)",
    "(person.id = reminder.recipient_id)",
    "(case_file.owner_id = person.id)",
}


@contextmanager
def noted() -> Iterator[list[dict[str, Any]]]:
    """Note of each statement about reminders the plan it has at that moment."""
    found: list[dict[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "reminder" in sql and not sql.startswith("SAVEPOINT"):
            explained = connection.connection.execute(f"EXPLAIN (FORMAT JSON) {sql}", params).fetchone()
            found.append(explained[0][0]["Plan"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def pairs_in(plan: dict[str, Any]) -> list[str]:
    """Return the joins of a plan that look at every row of one side for each row of the other."""
    parts = plan.get("Plans", [])
    found = [pair for part in parts for pair in pairs_in(part)]
    # What is looked up by key has its condition further down.
    if plan["Node Type"] == "Nested Loop" and "Join Filter" in plan:
        found.append(plan["Join Filter"])
    return found


def ways_in(plan: dict[str, Any]) -> set[str]:
    """Return the indexes by which a plan reads."""
    found = {way for part in plan.get("Plans", []) for way in ways_in(part)}
    return found | ({plan["Index Name"]} if "Index Name" in plan else set())


def nothing_known(server: psycopg.Connection, _organisation: Organisation) -> None:
    server.execute("DELETE FROM pg_statistic WHERE starelid IN ('reminder'::regclass, 'deadline'::regclass)")


def only_sent_ones_known(server: psycopg.Connection, organisation: Organisation) -> None:
    """By what PostgreSQL has seen last, hardly a row is due or ever without a mail."""
    with job_in(organisation.pk):
        services.plan(now=NOW)
        Reminder.objects.update(state=State.SENT, sent_at=NOW - DAY, mail_id=uuid4(), lease_until=NOW)
    server.execute("ANALYZE reminder, deadline")


@pytest.mark.parametrize("knowledge", [nothing_known, only_sent_ones_known])
def test_a_fresh_import_is_planned_and_claimed_without_taking_each_pair(harbor, due_in, admin_url, knowledge):
    case = due_in(1)
    with psycopg.connect(admin_url) as server:
        knowledge(server, harbor)
    copy_case(admin_url, case.pk, count=COPIES)

    with noted() as planning, job_in(harbor.pk):
        services.plan(now=NOW)
    with noted() as sending:
        ReminderQueue(harbor.pk).claim(now=NOW + DAY / 24, lease=DAY, size=10)

    assert len(planning) >= 3
    assert len(sending) >= 6
    assert {pair for plan in planning + sending for pair in pairs_in(plan)} <= SHORT


def test_a_mail_in_hand_is_looked_up_by_its_rows_and_not_through_all_that_is_due(harbor, due_in, admin_url):
    case = due_in(1)
    with psycopg.connect(admin_url) as server:
        nothing_known(server, harbor)
    # With fewer PostgreSQL takes the right way by itself.
    copy_case(admin_url, case.pk, count=10 * COPIES)
    with job_in(harbor.pk):
        services.plan(now=NOW)
    queue, now = ReminderQueue(harbor.pk), NOW + DAY / 24
    queue.claim(now=now, lease=DAY, size=10)

    with noted() as claiming:
        # The list is made already.
        [claimed, *_] = queue.claim(now=now, lease=DAY, size=10)
    with noted() as sending:
        assert claimed.message(now)
        assert claimed.sent("250 OK", now)

    assert len(claiming) >= 4
    assert len(sending) == 2
    assert "reminder_due" not in {way for plan in claiming + sending for way in ways_in(plan)}

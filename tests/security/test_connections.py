"""Connections that are used again: what one request was is nothing to the next."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from advocacy.kernel import clock
from reminders.delivery import organisations_with_work
from reminders.tasks import plan
from tests.security.tenants import Tenant, marks_in
from tests.signing_in import enter

ROUNDS = 9
SETTINGS = (
    "SELECT coalesce(current_setting('app.organisation_id', true), '') || "
    "coalesce(current_setting('app.door', true), '') || coalesce(current_setting('app.person_id', true), '')"
)


def test_two_connections_used_in_turn_by_two_tenants_and_nobody_show_no_other(
    two_tenants: tuple[Tenant, Tenant], django_db_blocker: Any
) -> None:
    faults: list[str] = []
    served: list[int] = []

    def serve() -> None:
        clients = {None: Client()} | {
            tenant.slug: Client(raise_request_exception=False) for tenant in two_tenants
        }
        for tenant in two_tenants:
            enter(clients[tenant.slug], next(iter(tenant.people.values())))
        backend = None
        for turn in range(ROUNDS):
            for slug, other in (("harbor", "sierra"), ("sierra", "harbor"), (None, "harbor")):
                backend = _check(clients[slug], slug, other, turn, backend, faults)
        served.append(backend or 0)
        connections.close_all()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=serve) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert faults == []
    assert len(set(served)) == 2, "each thread must have kept a connection of its own"


def _check(
    client: Client, slug: str | None, other: str, turn: int, backend: int | None, faults: list[str]
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        [(left,)] = cursor.fetchall()
        cursor.execute("SELECT pg_backend_pid()")
        [(now_on,)] = cursor.fetchall()
    if left:
        faults.append(f"the request before left {left}")
    if backend not in {None, now_on}:
        faults.append("the connection was not used again")
    names = ["dashboard:cases", "dashboard:clients", "dashboard:today"]
    # Between good pages: a refusal, which rolls back, and the neighbour's address.
    own = client.get(reverse(names[turn % 3], args=[slug or other]))
    client.get(f"/o/{other}/cases/")
    client.post(f"/o/{slug or other}/clients/new/", {})
    slugs = {name for name, _ in marks_in(own.content)}
    if slugs != ({slug} if slug else set()):
        faults.append(f"{slug} was shown {slugs}")
    return int(now_on)


def test_the_one_question_across_tenants_is_answered_and_its_owner_is_blind(
    two_tenants: tuple[Tenant, Tenant], django_db_blocker: Any, admin_url: str, owner_url: str
) -> None:
    everyone = {tenant.organisation.pk for tenant in two_tenants}
    with psycopg.connect(admin_url) as administrator:
        administrator.execute(
            "UPDATE reminder SET state = 'planned', sent_at = NULL, lease_until = NULL, send_at = now() "
            "WHERE id IN "
            "(SELECT min(id::text)::uuid FROM reminder WHERE state = 'sent' GROUP BY organisation_id)"
        )

    with django_db_blocker.unblock():
        answered = set(organisations_with_work(clock.now()))
        connections.close_all()
    with psycopg.connect(owner_url) as owner:
        [seen_by_owner] = owner.execute("SELECT count(*) FROM reminder").fetchone() or (None,)
        [columns] = owner.execute(
            "SELECT array_agg(name ORDER BY n) FROM pg_proc, unnest(proargnames, proargmodes) "
            "WITH ORDINALITY AS a(name, mode, n) WHERE proname = 'reminders_due' AND mode = 't'"
        ).fetchone() or (None,)

    assert answered == everyone
    assert seen_by_owner == 0
    assert columns == ["organisation_id", "due", "earliest"]


@pytest.mark.django_db(transaction=True)
def test_a_background_round_leaves_no_scope_on_its_connection(harbor: Any, sierra: Any) -> None:
    plan()

    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        assert cursor.fetchall() == [("",)]

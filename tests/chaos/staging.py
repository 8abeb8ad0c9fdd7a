"""Cases with one date each: what an experiment plays with. They are made by the services, then copied.

One reminder is one mail: a date within three days goes alone, and of later ones everybody has only one.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from reminders.policy import DEFAULT, Family
from tests.bulk import copy_case
from tests.chaos.scratch import Database

OURS_DAYS = 180
ALONE_DAYS = 3
PEOPLE = 10


def stage(
    database: Database,
    *,
    dates: int,
    days_left: int,
    now: datetime,
    organisations: int = 1,
    zone: str = "America/Los_Angeles",
) -> list[UUID]:
    """Make cases of a date of ours in `days_left` days; return their organisations.

    Somebody has seen each date, so that the ladder is not climbed. Django must be connected to the
    database. The pattern that is copied is the first of them.
    """
    from django.db import transaction

    from advocacy.accounts.roles import ADVOCATE, OWNER
    from advocacy.accounts.services import create_person, join
    from advocacy.organisations.scope import Door, scope
    from tests.factories import PASSWORD, make_denied_case, make_organisation

    word, joined = uuid4().hex[:12], now - timedelta(days=400)
    organisation = make_organisation(name=f"Chaos {word}", slug=f"chaos-{word}", now=joined)
    owner, bob = (
        create_person(email=f"{name}{word}@demo.example", name=name, password=PASSWORD, now=joined)
        for name in ("Olive", "Bob")
    )
    for person in (owner, bob):
        person.zone = zone
        person.save(update_fields=["zone"])
    join(user=owner, organisation=organisation, role=OWNER, now=joined)
    join(user=bob, organisation=organisation, role=ADVOCATE, now=joined)
    with scope(organisation.pk, door=Door.STAFF), transaction.atomic():
        case = make_denied_case(by=bob, now=now, denied_days_ago=OURS_DAYS - days_left)
        case_id = case.pk
    seen = "UPDATE deadline SET seen_at = computed_at, seen_by_id = %s WHERE case_id = %s"
    query(database, seen, bob.pk, case_id)
    if dates > 1:
        # A large organisation has few people for many urgent dates; each mail looks at all its people.
        people = dates - 1 if days_left > ALONE_DAYS or organisations > 1 else min(dates - 1, PEOPLE)
        copy_case(database.admin, case_id, count=dates - 1, organisations=organisations, people=people)
    copies = f"copy-{case_id.hex[:12]}-%"
    found = query(
        database, "SELECT id FROM organisation WHERE id = %s OR slug LIKE %s", organisation.pk, copies
    )
    ids = [row[0] for row in found]
    _tell_no_client(database, ids, by=bob.pk, now=joined)
    return ids


def _tell_no_client(database: Database, organisations: list[UUID], *, by: UUID, now: datetime) -> None:
    """Let each tell its clients itself: what is counted here is what members are told."""
    families = [family.name.lower() for family in Family]
    numbers = [json.dumps(each) for each in (DEFAULT.ours_days, DEFAULT.ours_hours)]
    statement = (
        "INSERT INTO reminder_policy (id, organisation_id, family, ours_days, ours_hours, theirs_every_days, "
        "also, client_days, escalate_days, changed_at, changed_by_id) "
        "SELECT gen_random_uuid(), organisation, family, %s::jsonb, %s::jsonb, %s, '[]', '[]', %s, %s, %s "
        "FROM unnest(%s::uuid[]) AS organisation, unnest(%s::text[]) AS family RETURNING 1"
    )
    told = (*numbers, DEFAULT.theirs_every_days, DEFAULT.escalate_days, now, by)
    query(database, statement, *told, organisations, families)


def query(database: Database, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask, or change, as the administrator: independent of the code under test."""
    import psycopg

    with psycopg.connect(database.admin, autocommit=True) as server:
        cursor = server.execute(statement, values or None)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []

"""The supervisor's digest: once a day, straight from the deadlines.

Its statements are its own: no planner, no queue of reminders stands between a date and this mail
(docs/reminders.md). A guard holds that it imports neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.urls import reverse

from advocacy.accounts.roles import OWNER, ROLES, SUPERVISOR, Permission
from advocacy.kernel import clock, logs
from advocacy.kernel.ids import new_id
from advocacy.kernel.text import long_day
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import current_organisation_id
from advocacy.organisations.services import job_in
from reminders import sweep
from reminders.agenda import Agenda, Entry, agenda_of, hour_has_come, is_working_day

log = logs.get(__name__)

LEADERS = [OWNER.key, SUPERVISOR.key]
# Where nobody leads, those who see every case: somebody must get it.
EVERYBODY = [role.key for role in ROLES.values() if Permission.CASE_READ_ALL in role.permissions]
# Further than any line of the digest looks, in every zone.
AHEAD = timedelta(days=9)

_DATE = """
    deadline.direction, deadline.state, deadline.owed_by, deadline.act_at, deadline.nominal_at,
    deadline.last_lawful_at, deadline.late_after_at, deadline.opens_on, deadline.met_on, deadline.by_hour,
    deadline.seen_at IS NOT NULL
"""
DATES = f"""
SELECT case_file.number, owner.name, {_DATE}
FROM deadline
JOIN case_file ON case_file.organisation_id = deadline.organisation_id AND case_file.id = deadline.case_id
JOIN person AS owner ON owner.id = case_file.owner_id
WHERE deadline.organisation_id = %(organisation)s AND deadline.state = 'open'
  AND deadline.direction <> 'opens' AND deadline.act_at < %(until)s AND case_file.closed_at IS NULL
ORDER BY deadline.act_at, case_file.number
"""  # noqa: S608 (constants)
UNTOLD = f"""
SELECT case_file.number, owner.name, {_DATE}
FROM deadline
JOIN case_file ON case_file.organisation_id = deadline.organisation_id AND case_file.id = deadline.case_id
JOIN person AS owner ON owner.id = case_file.owner_id
WHERE {sweep.LACKING}
ORDER BY deadline.act_at, case_file.number
"""  # noqa: S608 (constants)
UNSENT = f"""
SELECT case_file.number, owner.name, {_DATE}, coalesce(recipient.name, contact.name, 'the client')
FROM reminder
JOIN deadline ON deadline.organisation_id = reminder.organisation_id AND deadline.id = reminder.deadline_id
JOIN case_file ON case_file.organisation_id = reminder.organisation_id AND case_file.id = reminder.case_id
JOIN person AS owner ON owner.id = case_file.owner_id
LEFT JOIN person AS recipient ON recipient.id = reminder.recipient_id
LEFT JOIN emergency_contact AS contact ON contact.organisation_id = reminder.organisation_id
    AND contact.id = reminder.contact_id
WHERE reminder.organisation_id = %(organisation)s AND reminder.state = 'parked'
ORDER BY deadline.act_at, case_file.number
"""  # noqa: S608 (constants)
LEFT_BEHIND = f"""
SELECT case_file.number, owner.name, {_DATE}
FROM case_file
JOIN person AS owner ON owner.id = case_file.owner_id
LEFT JOIN LATERAL (
    SELECT * FROM deadline
    WHERE deadline.organisation_id = case_file.organisation_id AND deadline.case_id = case_file.id
      AND deadline.state = 'open'
    ORDER BY deadline.act_at LIMIT 1
) AS deadline ON true
WHERE case_file.organisation_id = %(organisation)s AND case_file.closed_at IS NULL AND NOT EXISTS (
    SELECT FROM membership
    WHERE membership.organisation_id = case_file.organisation_id
      AND membership.user_id = case_file.owner_id AND membership.left_at IS NULL AND owner.is_active
)
ORDER BY deadline.act_at NULLS LAST, case_file.number
"""  # noqa: S608 (constants)
PEOPLE = """
SELECT person.id, person.email, person.name, person.zone
FROM membership JOIN person ON person.id = membership.user_id
WHERE membership.organisation_id = %(organisation)s AND membership.left_at IS NULL AND person.is_active
  AND membership.role = ANY(%(roles)s)
ORDER BY person.id
"""
WRITTEN = """
SELECT recipient_id, day FROM reminder_digest
WHERE organisation_id = %(organisation)s AND day >= %(since)s
"""
# The second of two rounds waits here for the first, and then finds its row.
WRITE = """
INSERT INTO reminder_digest (id, organisation_id, recipient_id, day, queued_at)
VALUES (%(id)s, %(organisation)s, %(recipient)s, %(day)s, %(now)s)
ON CONFLICT DO NOTHING
"""


# Wherever somebody is, their today began less than so long ago.
_LONGEST_DAY = timedelta(hours=40)


@dataclass(frozen=True)
class Recipient:
    """Who gets a digest, and which day it is for them."""

    id: UUID
    email: str
    name: str
    zone: str


def send_due(organisation: Organisation, *, now: datetime, over: Callable[[], bool] = lambda: False) -> int:
    """Queue today's digest for each leader whose hour has come and who has none yet; return how many failed.

    One short transaction a person: one whose digest cannot be written stops no other's. `over` is asked
    before each; once it says yes, the rest is left to the next round.
    """
    failed, agenda = 0, None
    with job_in(organisation.pk):
        people, written = _recipients(), set(_ask(WRITTEN, since=(now - _LONGEST_DAY).date()))
    for person in people:
        try:
            day = clock.day(now, person.zone)
            if not hour_has_come(now, person.zone) or (person.id, day) in written:
                continue
            if over():
                break
            with job_in(organisation.pk):
                # The same for each of them, and read once.
                agenda = agenda or read(organisation, now=now)
                if agenda.fatal or is_working_day(day):
                    write(organisation, person, day, agenda, now=now)
        except Exception:
            failed += 1
            log.exception("digest.failed", organisation=str(organisation.pk))
    return failed


def _recipients() -> list[Recipient]:
    """Return the leaders of the organisation in scope, or everybody where there is none."""
    for roles in (LEADERS, EVERYBODY):
        found = [Recipient(*row) for row in _ask(PEOPLE, roles=roles)]
        if found:
            return found
    return []


def read(organisation: Organisation, *, now: datetime) -> Agenda:
    """Return the content of a digest, for the organisation in scope."""
    is_lacking = sweep.lacking(sweep.mark_of(organisation.pk))
    return agenda_of(
        [_entry(row) for row in _ask(DATES, until=now + AHEAD)],
        untold=[_entry(row) for row in _ask(UNTOLD, **sweep.given(now))] if is_lacking else [],
        unsent=[_entry(row) for row in _ask(UNSENT)],
        left_behind=[(row[0], row[1], _entry(row) if row[2] else None) for row in _ask(LEFT_BEHIND)],
        today=clock.day(now, organisation.zone),
        now=now,
    )


def write(organisation: Organisation, person: Recipient, day: date, agenda: Agenda, *, now: datetime) -> bool:
    """Queue one digest beside its row in the ledger, in one transaction; False if it was there already."""
    row: dict[str, Any] = {"id": new_id(), "organisation": organisation.pk, "recipient": person.id}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, row | {"day": day, "now": now})
        if not cursor.rowcount:
            return False
    subject, text, html = render("digest", _words(organisation, person, day, agenda))
    mail.queue(
        kind="digest", to=person.email, subject=subject, text=text, html=html, now=now,
        organisation_id=organisation.pk, keep_here=organisation.is_demo,
    )  # fmt: skip
    return True


def _words(organisation: Organisation, person: Recipient, day: date, agenda: Agenda) -> dict[str, object]:
    return {
        "organisation": organisation,
        "recipient": person,
        "agenda": agenda,
        "day": long_day(day),
        "link": f"{settings.BASE_URL}{reverse('dashboard:today', args=[organisation.slug])}?whose=all",
        "site": settings.BASE_URL.partition("://")[2],
    }


def _ask(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one of the statements above, for the organisation in scope."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"organisation": current_organisation_id()} | values)
        return cursor.fetchall()


_FIELDS: tuple[str, ...] = (
    "number", "owner", "direction", "state", "owed_by", "act_at", "nominal_at", "last_lawful_at",
    "late_after_at", "opens_on", "met_on", "by_hour", "seen", "told",
)  # fmt: skip


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(**dict(zip(_FIELDS, row, strict=False)))

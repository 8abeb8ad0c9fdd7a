"""What is due, made ready to leave: one step a date, at an hour that suits, in as few mails as may be."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from advocacy.kernel import clock
from advocacy.organisations import scope
from advocacy.organisations.services import current
from reminders import queries
from reminders.models import Reminder
from reminders.planning import ALONE_DAYS, CLIENT, leaves_at
from reminders.policy import Policy

_DUE = """reminder.organisation_id = %(organisation)s AND reminder.state = 'planned'
    AND reminder.channel = 'email' AND reminder.mail_id IS NULL AND reminder.send_at <= %(now)s
    AND (reminder.lease_until IS NULL OR reminder.lease_until <= %(now)s)"""

# What ends a right within the days of the red strip goes in a mail of its own; but not to a client, whose
# mails name no case: two of one day would say the same.
_ALONE = f"""coalesce(deadline.direction = 'ours' AND reminder.rung <> {CLIENT}
    AND (deadline.act_at AT TIME ZONE 'America/Los_Angeles')::date
        <= (%(now)s::timestamptz AT TIME ZONE 'America/Los_Angeles')::date + %(alone_days)s, false)"""

# One pass over what is due, and then by key. A join here takes each pair while PostgreSQL knows nothing of
# the rows of an import yet: half a minute for nine thousand.
_COLLAPSE = """
UPDATE reminder SET state = 'collapsed'
WHERE organisation_id = %(organisation)s AND state = 'planned'
    AND (lease_until IS NULL OR lease_until <= %(now)s)
    AND id = ANY (ARRAY(
        SELECT id FROM (
            SELECT id, step_at, max(step_at) OVER (PARTITION BY deadline_id, told_id, channel) AS newest
            FROM reminder
            WHERE organisation_id = %(organisation)s AND state = 'planned' AND send_at <= %(now)s
                AND deadline_id IS NOT NULL
        ) AS due WHERE step_at < newest
    ))
"""

_WAITING = f"""
SELECT reminder.told_id, person.zone,
       coalesce(deadline.by_hour AND deadline.direction = 'ours', false) AS by_hour, {_ALONE} AS alone,
       (SELECT max(mailed.sent_at) FROM reminder AS mailed
        WHERE mailed.organisation_id = %(organisation)s AND mailed.told_id = reminder.told_id
            AND mailed.state = 'sent' AND mailed.mail_id <> mailed.id) AS mailed_at,
       array_agg(reminder.id)
FROM reminder
LEFT JOIN deadline ON deadline.organisation_id = reminder.organisation_id
    AND deadline.id = reminder.deadline_id
LEFT JOIN person ON person.id = reminder.recipient_id
WHERE {_DUE}
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 (constants)

# What somebody else holds at this moment is left for the next round: the urgent ones do not wait for it.
_ALONE_IN_THEIR_MAILS = f"""
WITH urgent AS (
    SELECT reminder.id FROM reminder
    JOIN deadline ON deadline.organisation_id = reminder.organisation_id
        AND deadline.id = reminder.deadline_id
    WHERE {_DUE} AND {_ALONE}
    FOR UPDATE OF reminder SKIP LOCKED
)
UPDATE reminder SET mail_id = reminder.id FROM urgent
WHERE reminder.organisation_id = %(organisation)s AND reminder.id = urgent.id
"""  # noqa: S608 (constants)

# Materialized: looked up row by row, each look would make another id.
_TOGETHER = f"""
WITH ordinary AS (
    SELECT reminder.id, reminder.told_id FROM reminder
    LEFT JOIN deadline ON deadline.organisation_id = reminder.organisation_id
        AND deadline.id = reminder.deadline_id
    WHERE {_DUE} AND NOT {_ALONE}
), mail AS MATERIALIZED (
    SELECT told_id, gen_random_uuid() AS id FROM ordinary GROUP BY told_id
)
UPDATE reminder SET mail_id = mail.id FROM ordinary JOIN mail USING (told_id)
WHERE reminder.organisation_id = %(organisation)s AND reminder.id = ordinary.id
"""  # noqa: S608 (constants)


def collapse(now: datetime) -> None:
    """Of several due steps of one date to one person only the newest goes, with today's days left."""
    with connection.cursor() as cursor:
        cursor.execute(_COLLAPSE, _given(now))


def hold(now: datetime, *, policy: Policy) -> None:
    """Give what is due, and may not leave now, the hour at which it may (planning.leaves_at)."""
    organisation = current()
    if organisation.is_demo:
        # What a demo writes wakes nobody: it stays in the viewer. And people try a demo at night, too.
        return
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, _given(now))
        waiting = cursor.fetchall()
    for _, own_zone, by_hour, alone, mailed_at, ids in waiting:
        there = clock.known_zone(own_zone, otherwise=organisation.zone)
        mailed_on = clock.day(mailed_at, there) if mailed_at else None
        at = leaves_at(now, zone=there, policy=policy, mailed_on=mailed_on, alone=alone, by_hour=by_hour)
        if at > now:
            Reminder.objects.planned().filter(free(now), pk__in=ids).update(send_at=at)


def gather(now: datetime) -> None:
    """Give every reminder that may leave now the mail it goes in: its own, or that of its person and day."""
    collapse(now)
    hold(now, policy=queries.hours())
    with connection.cursor() as cursor:
        cursor.execute(_ALONE_IN_THEIR_MAILS, _given(now))
        cursor.execute(_TOGETHER, _given(now))


def free(now: datetime) -> Q:
    """What no sender holds: a leased row is between claim and mark, and its sender re-checks it."""
    return Q(lease_until=None) | Q(lease_until__lte=now)


def _given(now: datetime) -> dict[str, UUID | datetime | int]:
    return {"organisation": scope.current_organisation_id(), "now": now, "alone_days": ALONE_DAYS}

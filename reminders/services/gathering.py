"""What is due, made ready to leave: one step a date, at an hour that suits, in as few mails as may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import F, Q, QuerySet

from advocacy.kernel import clock
from advocacy.organisations import scope
from advocacy.organisations.services import current
from reminders import queries
from reminders.models import Reminder, State
from reminders.planning import ALONE_DAYS, CLIENT, leaves_at
from reminders.policy import Policy
from reminders.services.wanted import FREE

_DUE = f"""reminder.organisation_id = %(organisation)s AND reminder.state = 'planned'
    AND reminder.channel = 'email' AND reminder.mail_id IS NULL AND reminder.send_at <= %(now)s
    AND {FREE}"""

# What ends a right within the days of the red strip goes in a mail of its own; but not to a client, whose
# mails name no case: two of one day would say the same.
_ALONE = f"""coalesce(deadline.direction = 'ours' AND reminder.rung <> {CLIENT}
    AND (deadline.act_at AT TIME ZONE 'America/Los_Angeles')::date
        <= (%(now)s::timestamptz AT TIME ZONE 'America/Los_Angeles')::date + %(alone_days)s, false)"""

# Each statement here makes one pass over what is due, and changes rows by their listed ids. A join or a
# subquery would take each pair while PostgreSQL knows little of an import: half a minute for nine thousand.
_OVERTAKEN = """
SELECT id FROM (
    SELECT id, step_at, lease_until, max(step_at) OVER (PARTITION BY deadline_id, told_id, channel) AS newest
    FROM reminder
    WHERE organisation_id = %(organisation)s AND state = 'planned' AND send_at <= %(now)s
        AND deadline_id IS NOT NULL
) AS due WHERE step_at < newest AND (lease_until IS NULL OR lease_until <= %(now)s)
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

_TOGETHER = f"""
UPDATE reminder SET mail_id = md5(told_id::text || %(round)s)::uuid WHERE {_DUE} AND id = ANY(%(ids)s)
"""  # noqa: S608 (constants)


@dataclass(frozen=True)
class Waiting:
    """Reminders to one person that are due and in no mail yet; `alone`: each goes in a mail of its own."""

    told: UUID
    zone: str
    by_hour: bool
    alone: bool
    mailed_at: datetime | None
    reminders: list[UUID]


def collapse(now: datetime) -> None:
    """Of several due steps of one date to one person only the newest goes, with today's days left."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKEN, _given(now))
        overtaken = [pk for (pk,) in cursor.fetchall()]
    _free(now, overtaken).update(state=State.COLLAPSED)


def hold(now: datetime, *, policy: Policy) -> list[Waiting]:
    """Give what may not leave now the hour at which it may (planning.leaves_at); return what may."""
    organisation = current()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, _given(now))
        waiting = [Waiting(*row) for row in cursor.fetchall()]
    if organisation.is_demo:
        # What a demo writes wakes nobody: it stays in the viewer. And people try a demo at night, too.
        return waiting
    may_leave = []
    for each in waiting:
        there = clock.known_zone(each.zone, otherwise=organisation.zone)
        mailed_on = clock.day(each.mailed_at, there) if each.mailed_at else None
        at = leaves_at(
            now, zone=there, policy=policy, mailed_on=mailed_on, alone=each.alone, by_hour=each.by_hour
        )
        if at > now:
            _free(now, each.reminders).update(send_at=at)
        else:
            may_leave.append(each)
    return may_leave


def gather(now: datetime) -> None:
    """Give every reminder that may leave now the mail it goes in: its own, or that of its person and day."""
    collapse(now)
    may_leave = hold(now, policy=queries.hours())
    urgent = [pk for each in may_leave if each.alone for pk in each.reminders]
    # What somebody else holds at this moment is left for the next round: the urgent ones do not wait for it.
    in_no_hands = _free(now, urgent).select_for_update(skip_locked=True).values_list("pk", flat=True)
    _free(now, in_no_hands).update(mail_id=F("pk"))
    with connection.cursor() as cursor:
        together = [pk for each in may_leave if not each.alone for pk in each.reminders]
        cursor.execute(_TOGETHER, _given(now) | {"ids": together, "round": str(uuid4())})


def _free(now: datetime, ids: Iterable[UUID]) -> QuerySet[Reminder]:
    """Those that no sender holds: a leased row is between claim and mark, and its sender re-checks it."""
    return Reminder.objects.planned().filter(Q(lease_until=None) | Q(lease_until__lte=now), pk__in=list(ids))


def _given(now: datetime) -> dict[str, UUID | datetime | int]:
    return {"organisation": scope.current_organisation_id(), "now": now, "alone_days": ALONE_DAYS}

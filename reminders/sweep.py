"""Will somebody hear of each open date? Asked of the rows alone, apart from the planner that made them.

A planner that runs and leaves a date out raises nothing, and beats like a sound one. So the question is
asked the other way round, once an hour: of each open date, whether a member will be told of it in time, or
has just been. What is lacking for some minutes, and not only between a fact and its plan, is said by the
digest, by the status pages, by Today and by the watch.
"""

from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import connection

from advocacy.organisations.models import Heartbeat
from advocacy.organisations.scope import current_organisation_id
from advocacy.organisations.services import beat

# The heartbeat of one organisation: `waiting` dates lack a reminder, one or another since `oldest_due_at`.
SWEPT: Final = "sweep"
EVERY = timedelta(hours=1)
# The planner brings everything in line each minute.
LASTS = timedelta(minutes=5)
# The last reminder of a date may have gone: at whatever hour people are written to, wherever they are.
NEAR = timedelta(days=2)
# Fourteen days are the longest that an organisation may let pass while an answer is owed.
CHASED = timedelta(days=14) + NEAR

_DUE = """CASE deadline.direction
        WHEN 'theirs' THEN coalesce(deadline.late_after_at, deadline.act_at)
        WHEN 'opens' THEN coalesce(
            deadline.opens_on::timestamp AT TIME ZONE 'America/Los_Angeles', deadline.act_at)
        ELSE deadline.act_at
    END"""

# True of an open date, joined to its case, of which nobody will hear. Of one of ours that is near or past,
# and was acknowledged, somebody knows. A member is told at rung 0; rungs and clients come beside.
LACKING: Final = f"""
    deadline.organisation_id = %(organisation)s AND deadline.state = 'open' AND case_file.closed_at IS NULL
    AND NOT (deadline.direction = 'ours' AND deadline.seen_at IS NOT NULL AND deadline.act_at < %(soon)s)
    AND NOT EXISTS (
        SELECT FROM reminder
        WHERE reminder.organisation_id = %(organisation)s AND reminder.deadline_id = deadline.id
            AND reminder.rung = 0
            AND CASE
                WHEN reminder.state = 'planned' THEN
                    reminder.send_at <= greatest(%(soon)s, {_DUE} + CASE deadline.direction
                        WHEN 'ours' THEN interval '0' ELSE interval '2 days' END)
                    AND EXISTS (
                        SELECT FROM membership JOIN person ON person.id = membership.user_id
                        WHERE membership.organisation_id = %(organisation)s
                            AND membership.user_id = reminder.recipient_id
                            AND membership.left_at IS NULL AND person.is_active)
                -- One that could not be sent is a person's already.
                WHEN reminder.state IN ('sent', 'parked') THEN
                    {_DUE} < %(soon)s
                    AND coalesce(reminder.sent_at, greatest(reminder.send_at, reminder.created_at)) >=
                        CASE deadline.direction WHEN 'ours' THEN %(lately)s WHEN 'theirs' THEN %(chased)s
                            ELSE '-infinity' END
                ELSE false
            END
    )
"""  # noqa: S608 (constants)
_COUNT = f"""
SELECT count(*) FROM deadline
JOIN case_file ON case_file.organisation_id = deadline.organisation_id AND case_file.id = deadline.case_id
WHERE {LACKING}
"""  # noqa: S608 (constants)


class Mark(Protocol):
    """What a look left behind."""

    @property
    def at(self) -> datetime: ...
    @property
    def waiting(self) -> int: ...
    @property
    def oldest_due_at(self) -> datetime | None: ...


def given(now: datetime) -> dict[str, Any]:
    """Return what `LACKING` takes, for the organisation in scope."""
    return {
        "organisation": current_organisation_id(),
        "soon": now + NEAR,
        "lately": now - NEAR,
        "chased": now - CHASED,
    }


def waiting(now: datetime, among: set[UUID]) -> set[UUID]:
    """Return the organisations to look at: not within the hour, or something was lacking there."""
    found = Heartbeat.objects.filter(part=SWEPT, waiting=0, at__gt=now - EVERY, at__lte=now)
    return among - set(found.values_list("organisation_id", flat=True))


def look(*, now: datetime) -> int:
    """Count the dates of the organisation in scope that lack a reminder, and note it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given(now))
        [dates] = cursor.fetchone()
    organisation_id, since = current_organisation_id(), None
    if dates:
        before = mark_of(organisation_id)
        since = (before and before.oldest_due_at) or now
    beat(part=SWEPT, organisation_id=organisation_id, at=now, waiting=dates, oldest_due_at=since)
    return int(dates)


def mark_of(organisation_id: UUID) -> Heartbeat | None:
    return Heartbeat.objects.filter(part=SWEPT, organisation=organisation_id).first()


def lacking(mark: Mark | None) -> int:
    """Return how many dates have lacked a reminder for longer than the planner takes."""
    if mark is None or mark.oldest_due_at is None or mark.at - mark.oldest_due_at < LASTS:
        return 0
    return mark.waiting

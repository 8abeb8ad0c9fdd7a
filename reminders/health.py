"""Is every part alive? Numbers from heartbeats, judged here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection

from advocacy.mail.models import OutgoingMail
from advocacy.organisations.catalogue import violations
from advocacy.organisations.models import Heartbeat, Organisation

# Two rounds of each part (advocacy/settings/schedule.py), and room for a slow one.
LIMITS = {
    "planner round": timedelta(seconds=180),
    "delivery round": timedelta(seconds=60),
    "sender": timedelta(seconds=120),
    "beat": timedelta(seconds=120),
}
OLDEST_UNSENT = timedelta(minutes=15)
LOCKS_EVERY_SECONDS = 600


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and how it stands."""

    name: str
    good: bool
    words: str


def checks(now: datetime) -> list[Check]:
    """Return every check; the service is well only if all are good."""
    missing = _missing_locks(int(now.timestamp()) // LOCKS_EVERY_SECONDS)
    result = [Check("locks", not missing, "in place" if not missing else f"{missing} missing")]
    beats = {beat.part: beat.at for beat in Heartbeat.objects.filter(organisation=None)}
    for part, limit in LIMITS.items():
        at = beats.get(part)
        age = now - at if at else None
        words = "never ran" if age is None else f"ran {int(age.total_seconds())} s ago"
        result.append(Check(part, age is not None and age <= limit, words))
    return [*result, *_queues(now), _mail(now)]


@lru_cache(maxsize=1)
def _missing_locks(_round: int) -> int:
    """Count the missing locks, once a round a process: the comparison makes temporary tables."""
    return len(violations(connection))


def _mail(now: datetime) -> Check:
    """Judge the queue of all other mails: sign-in codes and invitations wait there."""
    unsent = OutgoingMail.objects.filter(sent_at=None)
    stuck = unsent.filter(created_at__lt=now - OLDEST_UNSENT).count()
    return Check("other mail unsent over 15 minutes", not stuck, f"{stuck} mails")


def _queues(now: datetime) -> list[Check]:
    """Judge the planner's counts: one that has stopped counting is itself an alarm."""
    planned = {
        beat.organisation_id: beat
        for beat in Heartbeat.objects.filter(part="planner", organisation__isnull=False)
    }
    active = set(Organisation.objects.active().values_list("pk", flat=True))
    stale = [pk for pk in active if pk not in planned or now - planned[pk].at > LIMITS["planner round"]]
    late = [
        beat
        for beat in planned.values()
        if beat.oldest_due_at and now - beat.oldest_due_at > OLDEST_UNSENT and beat.organisation_id in active
    ]
    parked = sum(beat.parked for pk, beat in planned.items() if pk in active)
    return [
        Check("planned organisations", not stale, f"{len(active) - len(stale)} of {len(active)}"),
        Check("due and unsent over 15 minutes", not late, f"{len(late)} organisations"),
        Check("parked", not parked, f"{parked} reminders"),
    ]

"""Is every part alive? Numbers from heartbeats, judged here.

A check comes of a function of the present moment, in `SHARED` or `WHOLE`; the health page, the metrics,
the status pages and the watch take them from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection

from advocacy.kernel import clock
from advocacy.mail.models import OutgoingMail
from advocacy.mail.queries import hold
from advocacy.mail.services import CANARY
from advocacy.organisations.catalogue import violations
from advocacy.organisations.models import Heartbeat, Organisation
from reminders.parts import LIMITS
from reminders.sweep import SWEPT, lacking

OLDEST_UNSENT = timedelta(minutes=15)
# Two of its rounds, and five minutes for a mail to go round.
CANARY_LATE = timedelta(minutes=35)
LOCKS_EVERY_SECONDS = 600
FARTHEST_APART = timedelta(seconds=2)


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and how it stands: in words, and as a number of `unit` where there is one."""

    name: str
    good: bool
    words: str
    value: float | None = None
    unit: str = "count"


def checks(now: datetime) -> list[Check]:
    """Return every check; the service is well only if all are good."""
    return [check for each in (*SHARED, *WHOLE) for check in each(now)]


def shared_checks(now: datetime) -> list[Check]:
    """Return those that hold nothing of any organisation: every member may see them."""
    return [check for each in SHARED for check in each(now)]


def _locks(now: datetime) -> list[Check]:
    missing = _missing_locks(int(now.timestamp()) // LOCKS_EVERY_SECONDS)
    return [Check("locks", not missing, "in place" if not missing else f"{missing} missing", missing)]


@lru_cache(maxsize=1)
def _missing_locks(_round: int) -> int:
    """Count the missing locks, once a round a process: the comparison makes temporary tables."""
    return len(violations(connection))


def _rounds(now: datetime) -> list[Check]:
    """Judge each part by the time of its last round."""
    beats = {beat.part: beat for beat in Heartbeat.objects.filter(organisation=None, part__in=LIMITS)}
    result = []
    for part, limit in LIMITS.items():
        age = now - beats[part].at if part in beats else None
        words = "never ran" if age is None else f"ran {int(age.total_seconds())} s ago"
        value = None if age is None else age.total_seconds()
        result.append(Check(part, age is not None and age <= limit, words, value, "seconds"))
    return result


def _digests(_now: datetime) -> list[Check]:
    last = Heartbeat.objects.filter(organisation=None, part="digest round").first()
    failed = last.waiting if last else 0
    return [Check("digests not written", not failed, f"{failed} digests", failed)]


def _sweeps(_now: datetime) -> list[Check]:
    marks = Heartbeat.objects.filter(part=SWEPT, organisation__in=Organisation.objects.active())
    untold = sum(lacking(mark) for mark in marks)
    return [Check("dates without a reminder", not untold, f"{untold} dates", untold)]


def _mail(now: datetime) -> list[Check]:
    """Judge the queue of all other mails: sign-in codes and invitations wait there."""
    unsent = OutgoingMail.objects.filter(sent_at=None)
    stuck = unsent.filter(created_at__lt=now - OLDEST_UNSENT).count()
    return [Check("other mail unsent over 15 minutes", not stuck, f"{stuck} mails", stuck)]


def _queues(now: datetime) -> list[Check]:
    """Judge the planner's counts: one that has stopped counting is itself an alarm."""
    planned = {
        beat.organisation_id: beat
        for beat in Heartbeat.objects.filter(part="planner", organisation__isnull=False)
    }
    active = set(Organisation.objects.active().values_list("pk", flat=True))
    stale = [pk for pk in active if pk not in planned or now - planned[pk].at > LIMITS["planner round"]]
    due = [now - beat.oldest_due_at for pk, beat in planned.items() if beat.oldest_due_at and pk in active]
    late = [age for age in due if age > OLDEST_UNSENT]
    oldest = max(due, default=timedelta()).total_seconds()
    words = f"{len(late)} organisations, the oldest since {int(oldest)} s"
    parked = sum(beat.parked for pk, beat in planned.items() if pk in active)
    waiting = f"{len(active) - len(stale)} of {len(active)}"
    return [
        Check("planned organisations", not stale, waiting, len(active) - len(stale)),
        Check("due and unsent over 15 minutes", not late, words, oldest, "seconds"),
        Check("parked", not parked, f"{parked} reminders", parked),
    ]


def _clock(_now: datetime, read: Callable[[], datetime] = clock.unshifted) -> list[Check]:
    """Hold the clock of this process against the database's: what is due is judged by the first."""
    before = read()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [there] = cursor.fetchone()
    after = read()
    # The answer was given somewhere between the two readings: a slow way there is no difference.
    apart = max(before - there, there - after, timedelta())
    words = f"{apart.total_seconds():.1f} s apart"
    return [Check("clock", apart <= FARTHEST_APART, words, apart.total_seconds(), "seconds")]


def _sending(now: datetime) -> list[Check]:
    """Judge whether mail may leave, and whether what leaves arrives."""
    held = hold()
    # Without the reason: it is somebody's own words, and anybody reads this page.
    result = [
        Check("sending", not held, f"held since {held.since:%Y-%m-%d %H:%M} UTC" if held else "not held")
    ]
    if not (settings.MAIL_CANARY and settings.MAIL_HOOK_SECRET and settings.MAIL["kind"] == "smtp"):
        return [*result, Check("mail canary", True, "not watched")]
    back = Heartbeat.objects.filter(part="mail canary", organisation=None).first()
    sent = OutgoingMail.objects.filter(kind=CANARY).order_by("created_at").first()
    since = back.at if back else sent.created_at if sent else now
    words = "came back" if back else "never came back; sent"
    minutes = int((now - since).total_seconds() // 60)
    return [*result, Check("mail canary", now - since <= CANARY_LATE, f"{words} {minutes} min ago")]


SHARED: tuple[Callable[[datetime], list[Check]], ...] = (_rounds, _clock, _sending)
# These count over all organisations.
WHOLE: tuple[Callable[[datetime], list[Check]], ...] = (_locks, _queues, _mail, _digests, _sweeps)

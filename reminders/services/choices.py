"""What an organisation chooses: at which days its dates are spoken of, and at which hours it writes."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import queues
from advocacy.kernel.errors import Refusal
from reminders.models import ReminderHours, ReminderPolicy
from reminders.policy import DEFAULT, Family, Policy
from reminders.queries import SEEING

DAYS_AT_MOST: Final = 120
STEPS_AT_MOST: Final = 8
HOURS_AT_MOST: Final = 72
CHASE_AT_MOST: Final = 14
ESCALATE_AT_MOST: Final = 10
CLIENT_DAYS_AT_MOST: Final = 30
# So long a day must be open, so that what is ready finds an hour to leave at.
OPEN_AT_LEAST: Final = timedelta(hours=8)


class NobodyWarned(Refusal):
    words = "Tell people at least once before the day itself: name one of 1 day or more"
    field = "ours_days"


class DaysOutOfReach(Refusal):
    words = f"Name days from 0 to {DAYS_AT_MOST}"
    field = "ours_days"


class TooManyDays(Refusal):
    words = f"Name at most {STEPS_AT_MOST} days. People stop reading what comes too often"
    field = "ours_days"


class HoursOutOfReach(Refusal):
    words = f"Name hours from 0 to {HOURS_AT_MOST}, at most {STEPS_AT_MOST} of them"
    field = "ours_hours"


class NoHour(Refusal):
    words = "Name at least one hour before the end"
    field = "ours_hours"


class ChaseOutOfReach(Refusal):
    words = f"Name 1 to {CHASE_AT_MOST} days"
    field = "theirs_every_days"


class EscalationOutOfReach(Refusal):
    words = f"Name 1 to {ESCALATE_AT_MOST} working days"
    field = "escalate_days"


class SeesNotEveryCase(Refusal):
    words = "Choose roles that see every case: the others hear of their own cases only"
    field = "also"


class ClientDaysOutOfReach(Refusal):
    words = f"Name days from 0 to {CLIENT_DAYS_AT_MOST}, at most {STEPS_AT_MOST} of them, or none"
    field = "client_days"


class TooQuiet(Refusal):
    words = f"Leave at least {OPEN_AT_LEAST.seconds // 3600} hours of the day to write in"
    field = "quiet_from"


class QuietWhenWeWrite(Refusal):
    words = "Enter an hour outside of the quiet ones"
    field = "send_at"


@transaction.atomic
def choose_policy(*, family: Family, chosen: Policy, by: User, now: datetime) -> Policy:
    """Keep how one family of dates is spoken of, and return it as it holds; its hours are not looked at.

    The day itself, and the end of a clock in hours, are always in: no choice makes a date silent.

    Raises: NobodyWarned, DaysOutOfReach, TooManyDays, NoHour, HoursOutOfReach, ChaseOutOfReach,
    EscalationOutOfReach, SeesNotEveryCase, ClientDaysOutOfReach.
    """
    kept = replace(
        chosen,
        ours_days=_ordered({*chosen.ours_days, 0}),
        ours_hours=_ordered({*chosen.ours_hours, 0}),
        also=tuple(key for key in SEEING if key in chosen.also),
        client_days=_ordered(chosen.client_days),
    )
    if set(chosen.also) - set(SEEING):
        raise SeesNotEveryCase
    _require_sound(kept)
    return _keep(family, kept, "reminder policy changed", by, now)


@transaction.atomic
def use_default(*, family: Family, by: User, now: datetime) -> Policy:
    """Put a family back to what everybody has who chose nothing."""
    return _keep(family, DEFAULT, "reminder policy put back", by, now)


@transaction.atomic
def choose_hours(
    *, send_at: time, quiet_from: time, quiet_until: time, by: User, now: datetime
) -> ReminderHours:
    """Keep at which hour people are written to, and from when until when they are not, in their own zone.

    Raises: TooQuiet, QuietWhenWeWrite.
    """
    if _since_midnight(quiet_from) - _since_midnight(quiet_until) < OPEN_AT_LEAST:
        raise TooQuiet
    if not quiet_until <= send_at < quiet_from:
        raise QuietWhenWeWrite
    hours = {"send_at": send_at, "quiet_from": quiet_from, "quiet_until": quiet_until}
    row, _ = ReminderHours.objects.update_or_create(defaults=hours | {"changed_at": now, "changed_by": by})
    _done("reminder hours changed", row, by, now)
    return row


def _require_sound(policy: Policy) -> None:
    if not any(days >= 1 for days in policy.ours_days):
        raise NobodyWarned
    if not _within(policy.ours_days, DAYS_AT_MOST):
        raise DaysOutOfReach
    if len(policy.ours_days) > STEPS_AT_MOST:
        raise TooManyDays
    if len(policy.ours_hours) < 2:
        raise NoHour
    if not _within(policy.ours_hours, HOURS_AT_MOST) or len(policy.ours_hours) > STEPS_AT_MOST:
        raise HoursOutOfReach
    if not 1 <= policy.theirs_every_days <= CHASE_AT_MOST:
        raise ChaseOutOfReach
    if not 1 <= policy.escalate_days <= ESCALATE_AT_MOST:
        raise EscalationOutOfReach
    if not _within(policy.client_days, CLIENT_DAYS_AT_MOST) or len(policy.client_days) > STEPS_AT_MOST:
        raise ClientDaysOutOfReach


def _within(numbers: Iterable[int], most: int) -> bool:
    return all(0 <= number <= most for number in numbers)


def _ordered(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers), reverse=True))


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _keep(family: Family, policy: Policy, act: str, by: User, now: datetime) -> Policy:
    chosen: dict[str, Any] = asdict(policy)
    for name in ("send_at", "quiet_from", "quiet_until"):
        del chosen[name]
    row, _ = ReminderPolicy.objects.update_or_create(
        family=family.name.lower(), defaults=chosen | {"changed_at": now, "changed_by": by}
    )
    _done(act, row, by, now)
    return policy


def _done(act: str, row: object, by: User, now: datetime) -> None:
    audit.record(act=act, at=now, actor_id=by.pk, subject=row)
    queues.ring("reminders.tasks.plan")

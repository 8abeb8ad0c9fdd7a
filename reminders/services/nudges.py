"""Reminders that people set for themselves: of a case, and not of a date made by law."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import clock, queues
from advocacy.kernel.errors import Refusal
from cases.casefile.models import Case
from reminders.models import Nudge

FARTHEST: Final = timedelta(days=2 * 366)


class NudgeInPast(Refusal):
    words = "This day is over. Enter today or a later day"
    field = "on"


class NudgeTooFar(Refusal):
    words = "Enter a day within two years"
    field = "on"


class NotYours(Refusal):
    words = "Somebody else set this reminder for themself"


@transaction.atomic
def set_nudge(*, case: Case, on: date, words: str, by: User, now: datetime) -> Nudge:
    """Remind a member of a case on a day, whatever becomes of the case until then.

    Raises: NudgeInPast, NudgeTooFar.
    """
    today = clock.day(now, by.zone)
    if on < today:
        raise NudgeInPast
    if on > today + FARTHEST:
        raise NudgeTooFar
    nudge = Nudge.objects.create(
        client_id=case.client_id, case=case, user=by, on=on, words=words.strip(), made_at=now
    )
    _done("nudge set", nudge, by, now)
    return nudge


@transaction.atomic
def finish_nudge(*, nudge: Nudge, by: User, now: datetime) -> None:
    """It is dealt with, or not wanted any more. A second time changes nothing.

    Raises: NotYours.
    """
    if nudge.user_id != by.pk:
        raise NotYours
    if Nudge.objects.filter(pk=nudge.pk, done_at=None).update(done_at=now):
        _done("nudge done", nudge, by, now)


def _done(act: str, nudge: Nudge, by: User, now: datetime) -> None:
    audit.record(act=act, at=now, actor_id=by.pk, client_id=nudge.client_id, subject=nudge)
    queues.ring("reminders.tasks.plan")

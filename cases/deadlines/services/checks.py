"""Two people look at a date: one says "I have seen it", another reads its start from the paper."""

from datetime import date, datetime

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import queues
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from cases.deadlines.models import Deadline
from cases.deadlines.queries import Check, check_by
from cases.deadlines.services.freshly import fresh_open, trace


class AlreadyChecked(Refusal):
    words = "Somebody has checked this date already"


class SamePerson(Refusal):
    words = "You wrote this day down, so somebody else checks it"


class NotBeforeTomorrow(Refusal):
    words = "You wrote this day down today. Read it from the paper again tomorrow"


REFUSALS: dict[Check, type[Refusal]] = {
    Check.SOMEBODY_ELSE: SamePerson,
    Check.TOMORROW: NotBeforeTomorrow,
}


@transaction.atomic
def mark_seen(*, deadline: Deadline, by: User, now: datetime) -> None:
    """Record "I have seen it". A second time changes nothing: the first name stands."""
    updated = Deadline.objects.filter(pk=deadline.pk, seen_at=None).update(seen_at=now, seen_by=by)
    if updated:
        audit.record(
            act="deadline seen", at=now, actor_id=by.pk, client_id=deadline.client_id, subject=deadline
        )
        queues.ring("reminders.tasks.plan")


@transaction.atomic
def verify(*, deadline: Deadline, day: date, by: User, now: datetime) -> bool:
    """Record the day that a second person read from the paper; say whether it is the one counted from.

    If it is not, nothing is marked: both days go into the notes, and the fact may need a correction.
    Where nobody else here may write, the same person may read it again on a later day: self-checked.

    Raises: NotOpen, AlreadyChecked, SamePerson, NotBeforeTomorrow.
    """
    deadline = fresh_open(deadline)
    if deadline.verified_at:
        raise AlreadyChecked
    who = check_by(deadline, person_id=by.pk, now=now)
    if who in REFUSALS:
        raise REFUSALS[who]
    if day != deadline.day_on_paper:
        both = f"the check read {legal_day(day)} from the paper. We have {legal_day(deadline.day_on_paper)}"
        trace(deadline, "deadline check differs", f"{both}. Look at the paper together.", by=by, now=now)
        return False
    deadline.verified_at, deadline.verified_by, deadline.verified_day = now, by, day
    deadline.self_checked = who is Check.SELF
    deadline.save(update_fields=["verified_at", "verified_by", "verified_day", "self_checked"])
    audit.record(
        act="deadline verified", at=now, actor_id=by.pk, client_id=deadline.client_id, subject=deadline
    )
    return True

"""The reminders of one organisation as a source of the delivery loop (advocacy.mail.delivery)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.urls import reverse

from advocacy.accounts.models import Membership
from advocacy.accounts.roles import OWNER
from advocacy.kernel import clock
from advocacy.kernel.text import count_of, long_day
from advocacy.mail.delivery import claim_together
from advocacy.mail.messages import Message, message_id, render
from advocacy.organisations.services import job_in
from cases.deadlines.models import Deadline
from cases.deadlines.models import State as DeadlineState
from cases.deadlines.wording import last_day
from reminders.models import Attempt, Reminder, State


def organisations_with_work(at: datetime) -> list[UUID]:
    """Return who has reminders due, most overdue first: the one question asked across organisations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM reminders_due(%s) ORDER BY earliest", [at])
        return [row[0] for row in cursor.fetchall()]


@dataclass
class ReminderClaim:
    """One claimed reminder. Every step of its life is a short transaction of its own."""

    organisation_id: UUID
    reminder_id: UUID
    client_id: UUID
    token: UUID
    attempts: int
    lease: timedelta
    time_left: timedelta | None = None

    def message(self, now: datetime) -> Message | None:
        """Re-check version, state, recipient and lease, then render with today's true days left."""
        with job_in(self.organisation_id):
            # The lease runs anew for each mail of a batch: a slow server never makes a second sender.
            if not self._ours().filter(lease_until__gt=now).update(lease_until=now + self.lease):
                return None
            told = ("deadline", "case", "recipient", "organisation")
            reminder = self._ours().select_related(*told).get()
            if not _still_wanted(reminder):
                self._ours().update(state=State.WITHDRAWN, lease_until=None)
                return None
            if _told_later(reminder, now):
                self._ours().update(state=State.COLLAPSED, lease_until=None)
                return None
            return compose(reminder, now)

    def _ours(self) -> Any:
        return Reminder.objects.planned().filter(pk=self.reminder_id, lease_token=self.token)

    def sent(self, answer: str, now: datetime) -> bool:
        with job_in(self.organisation_id):
            updated = self._ours().update(state=State.SENT, sent_at=now, lease_until=None)
            self._note("sent", answer, now)
        return bool(updated)

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        with job_in(self.organisation_id):
            # The lease doubles as the wait: nobody takes the row before it ends.
            self._ours().update(attempts=attempts, lease_until=at)
            self._note("again", answer, now)

    def park(self, answer: str, now: datetime) -> None:
        with job_in(self.organisation_id):
            self._ours().update(state=State.PARKED, lease_until=None)
            self._note("parked", answer, now)

    def _note(self, outcome: str, answer: str, now: datetime) -> None:
        Attempt.objects.create(
            client_id=self.client_id,
            reminder_id=self.reminder_id,
            at=now,
            number=self.attempts,
            outcome=outcome,
            answer=answer[:250],
        )


@dataclass
class ReminderQueue:
    """The due reminders of one organisation."""

    organisation_id: UUID

    def claim(self, *, now: datetime, lease: timedelta, size: int) -> Sequence[ReminderClaim]:
        token = uuid4()
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        with job_in(self.organisation_id):
            due = Reminder.objects.planned().filter(free, send_at__lte=now).order_by("send_at")
            rows = claim_together(list(due.select_for_update(skip_locked=True)[:size]))
            # Counted here and not after the send, so that a crash counts.
            Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(
                lease_until=now + lease, lease_token=token, attempts=F("attempts") + 1
            )
        return [
            ReminderClaim(self.organisation_id, row.pk, row.client_id, token, row.attempts + 1, lease)
            for row in rows
        ]


def _still_wanted(reminder: Reminder) -> bool:
    open_still = reminder.deadline.state == DeadlineState.OPEN and reminder.case.closed_at is None
    return open_still and _still_told(reminder)


def _still_told(reminder: Reminder) -> bool:
    """True for the case's owner; for an owner of the organisation if that person has left."""
    live = Membership.objects.live().filter(organisation=reminder.organisation)
    if live.filter(user_id=reminder.case.owner_id).exists():
        return bool(reminder.recipient_id == reminder.case.owner_id)
    return live.filter(user_id=reminder.recipient_id, role=OWNER.key).exists()


def _told_later(reminder: Reminder, now: datetime) -> bool:
    """True if a newer step of the same date is due as well: a sender may wake before the planner does."""
    newer = Reminder.objects.planned().filter(deadline=reminder.deadline, recipient=reminder.recipient)
    return bool(newer.filter(send_at__gt=reminder.send_at, send_at__lte=now).exists())


def compose(reminder: Reminder, now: datetime) -> Message:
    """Write the mail: a case number and dates, one link, and nothing of the person or the illness."""
    deadline, organisation = reminder.deadline, reminder.organisation
    today = clock.day(now, reminder.recipient.zone)
    day = _day(deadline)
    left = (day - today).days
    address = reverse("dashboard:deadline", args=[organisation.slug, deadline.case_id, deadline.pk])
    subject, text, html = render(
        "reminder",
        {
            "organisation": organisation,
            "recipient": reminder.recipient,
            "number": reminder.case.number,
            "direction": deadline.direction,
            "owed_by": deadline.owed_by,
            "day": long_day(day, with_year=True),
            "weekday": f"{day:%A}",
            "left": left,
            "left_words": _left_words(left),
            "last_lawful": long_day(deadline.last_lawful_on, with_year=True),
            "has_last_lawful": deadline.last_lawful_on != deadline.act_on,
            "seen": deadline.seen_at is not None,
            "link": f"{settings.BASE_URL}{address}",
            "site": settings.BASE_URL.partition("://")[2],
        },
    )
    return Message(
        to=reminder.recipient.email,
        subject=subject,
        text=text,
        html=html,
        message_id=message_id(organisation_id=organisation.pk, row_id=reminder.pk),
        from_name=organisation.name,
        keep_here=organisation.is_demo,
    )


def _day(deadline: Deadline) -> date:
    """The day the mail is about: the same that the badge on the page shows."""
    if deadline.direction == "theirs":
        return last_day(deadline)
    return (deadline.opens_on if deadline.direction == "opens" else None) or deadline.act_on


def _left_words(left: int) -> str:
    if left == 0:
        return "today"
    return f"{count_of(left, 'day')} left" if left > 0 else f"{count_of(-left, 'day')} past"

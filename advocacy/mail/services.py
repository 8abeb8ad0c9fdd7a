"""The one door for e-mail: queue a mail, and drain a queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet

from advocacy.kernel import queues
from advocacy.mail.delivery import claim_together
from advocacy.mail.delivery import deliver as deliver  # noqa: PLC0414 (the seam other features use)
from advocacy.mail.messages import Message, message_id
from advocacy.mail.models import OutgoingMail


def queue(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    organisation_id: UUID | None = None,
    keep_here: bool = False,
) -> OutgoingMail:
    """Put a mail into the queue, in the caller's transaction; it leaves after commit."""
    row = OutgoingMail.objects.create(
        kind=kind,
        to=to.strip().lower(),
        subject=subject,
        text=text,
        html=html,
        organisation_id=organisation_id,
        keep_here=keep_here,
        created_at=now,
        next_try_at=now,
    )
    queues.ring("advocacy.mail.tasks.deliver")
    return row


@dataclass
class MailClaim:
    """One claimed row of the queue."""

    row_id: UUID
    token: UUID
    attempts: int
    lease: timedelta
    # A code or an invitation ends by itself; no date hangs on it.
    time_left: timedelta | None = None

    def message(self, now: datetime) -> Message | None:
        # The lease runs anew for each mail of a batch: a slow server never makes a second sender.
        if not self._ours().filter(lease_until__gt=now).update(lease_until=now + self.lease):
            return None
        row = OutgoingMail.objects.get(pk=self.row_id)
        return Message(
            to=row.to,
            subject=row.subject,
            text=row.text,
            html=row.html,
            message_id=message_id(organisation_id=row.organisation_id, row_id=row.pk),
            keep_here=row.keep_here,
        )

    def _ours(self) -> QuerySet[OutgoingMail]:
        return OutgoingMail.objects.filter(pk=self.row_id, lease_token=self.token, sent_at=None)

    def sent(self, answer: str, now: datetime) -> bool:
        updated = self._ours().update(
            sent_at=now, last_answer=answer[:250], subject="", text="", html="", lease_until=None
        )
        return bool(updated)

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        noted = {"last_answer": answer[:250]} if answer else {}
        self._ours().update(attempts=attempts, next_try_at=at, lease_until=None, **noted)

    def park(self, answer: str, now: datetime) -> None:
        self._ours().update(parked_at=now, lease_until=None, last_answer=answer[:250])


class MailQueue:
    """The queue of all mails but reminders, as a source of the delivery loop."""

    def claim(self, *, now: datetime, lease: timedelta, size: int) -> Sequence[MailClaim]:
        token = uuid4()
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        with transaction.atomic():
            due = (
                OutgoingMail.objects.select_for_update(skip_locked=True)
                .filter(free, sent_at=None, parked_at=None, next_try_at__lte=now)
                # Without the texts: one that no key opens must not stop the claim of all the others.
                .only("attempts")
                .order_by("next_try_at")[:size]
            )
            rows = claim_together(list(due))
            OutgoingMail.objects.filter(pk__in=[row.pk for row in rows]).update(
                lease_until=now + lease, lease_token=token, attempts=F("attempts") + 1
            )
        return [MailClaim(row.pk, token, row.attempts + 1, lease) for row in rows]

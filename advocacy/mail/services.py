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
from advocacy.mail.models import OutgoingMail, SendHold, SuppressedAddress
from advocacy.mail.queries import hold

CANARY = "canary"
# What belongs to no organisation is a person's or an operator's own, and so is this: somebody waits for it.
_CODE = "sign_in_code"
_WAITED_FOR = Q(organisation_id=None) | Q(kind=_CODE)


def queue(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    organisation_id: UUID | None = None,
    about_id: UUID | None = None,
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
        about_id=about_id,
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
            waited_for=row.organisation_id is None or row.kind == _CODE,
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
        # Held: whoever signs in still gets in, and everything else waits.
        free &= _WAITED_FOR if hold() else Q()
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


def hold_sending(*, reason: str, by: str, now: datetime) -> SendHold:
    """Let no reminder and no update leave until the hold is released; return the hold.

    Planning goes on, so that what is due is due; mails for signing in still leave. A second hold changes
    nothing: the first reason stands.
    """
    held, _ = SendHold.objects.get_or_create(
        pk=1, defaults={"reason": reason.strip()[:200], "by": by[:120], "since": now}
    )
    return held


def release_sending() -> bool:
    """Let mail leave again; False if it was not held."""
    released, _ = SendHold.objects.all().delete()
    queues.ring("reminders.tasks.deliver")
    queues.ring("advocacy.mail.tasks.deliver")
    return bool(released)


def suppress(*, address: str, reason: str, now: datetime) -> None:
    """Send nothing more to this address until somebody says that it works."""
    SuppressedAddress.objects.get_or_create(
        address=address.strip().lower(), defaults={"reason": reason[:250], "since": now}
    )


def clear_suppressed(*, address: str) -> bool:
    """Write to this address again; False if nothing stood against it."""
    cleared, _ = SuppressedAddress.objects.filter(address=address.strip().lower()).delete()
    return bool(cleared)


def came_back(*, row_id: UUID, words: str, now: datetime) -> OutgoingMail | None:
    """Note that a mail of the queue came back after it was taken, and return it.

    None if there is no such mail here, or it is known already.
    """
    fresh = OutgoingMail.objects.filter(pk=row_id, bounced_at=None).exclude(sent_at=None)
    noted = fresh.update(bounced_at=now, last_answer=f"came back: {words}"[:250])
    return OutgoingMail.objects.defer("subject", "text", "html").get(pk=row_id) if noted else None


def is_canary(row_id: UUID) -> bool:
    """True if this row is a mail that we wrote to ourselves to see whether mail arrives."""
    return OutgoingMail.objects.filter(pk=row_id, kind=CANARY).exists()


def send_canary(*, to: str, now: datetime) -> None:
    """Write to ourselves; the one before is taken away, so that there is at most a day of them."""
    OutgoingMail.objects.filter(kind=CANARY, created_at__lt=now - timedelta(days=1)).delete()
    queue(kind=CANARY, to=to, subject="Mail canary", text="It must come back.", html="", now=now)

"""What these tests share: a transport that keeps mails, and short words for plan, deliver and look."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from advocacy.accounts.models import User
from advocacy.mail.delivery import Round, deliver
from advocacy.mail.messages import Message
from advocacy.mail.transport import TransportError
from advocacy.organisations.models import Organisation
from advocacy.organisations.services import job_in
from reminders import services
from reminders.delivery import ReminderQueue
from reminders.models import Attempt, Reminder, ReminderPolicy
from reminders.policy import DEFAULT, Family

# A Tuesday, 10 in the morning in California; the cast of tests/conftest.py joined then.
NOW = datetime(2026, 9, 15, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Box:
    """A transport that keeps what it is given. `before` runs before each mail is taken."""

    mails: list[Message] = field(default_factory=list)
    before: Callable[[Message], None] | None = None
    answer: str = "250 OK queued as A1"

    def send(self, message: Message) -> str:
        if self.before is not None:
            self.before(message)
        self.mails.append(message)
        return self.answer

    def close(self) -> None:
        """Nothing is held open."""


class Refusing:
    """A transport that always says no."""

    def __init__(self, words: str, *, permanent: bool) -> None:
        self.words, self.permanent = words, permanent

    def send(self, _: Message) -> str:
        raise TransportError(self.words, permanent=self.permanent)

    def close(self) -> None:
        """Nothing is held open."""


def tell_no_client(by: User) -> None:
    """Let the organisation in scope tell its clients itself: what we tell them has tests of its own."""
    said = asdict(DEFAULT) | {"client_days": [], "changed_at": NOW, "changed_by": by}
    for name in ("send_at", "quiet_from", "quiet_until"):
        del said[name]
    for family in Family:
        ReminderPolicy.objects.get_or_create(family=family.name.lower(), defaults=said)


def plan(organisation: Organisation, now: datetime) -> int:
    with job_in(organisation.pk):
        return services.plan(now=now)


def send(organisation: Organisation, box: Any, now: datetime, **options: Any) -> Round:
    return deliver(ReminderQueue(organisation.pk), transport=box, now=lambda: now, **options)


def send_all(organisation: Organisation, box: Any, now: datetime) -> int:
    """Deliver until nothing is due; return how many mails went."""
    sent = 0
    while (done := send(organisation, box, now)).total:
        sent += done.sent
    return sent


def rows(organisation: Organisation, **wanted: Any) -> list[Reminder]:
    with job_in(organisation.pk):
        found = Reminder.objects.filter(**wanted).select_related("recipient", "deadline")
        return list(found.order_by("send_at", "pk"))


def states(organisation: Organisation, **wanted: Any) -> dict[str, str]:
    """Return step -> state, for one deadline and one person."""
    found = rows(organisation, **wanted)
    assert len({(row.step, row.step_on) for row in found}) == len(found)
    return {row.step: row.state for row in found}


def keys(organisation: Organisation) -> set[tuple[Any, ...]]:
    """Return what every row is, whatever its id."""
    return {
        (row.deadline_id, row.step, row.step_on, row.recipient_id, row.send_at, row.state)
        for row in rows(organisation)
    }


def attempts(organisation: Organisation, reminder: UUID) -> list[Attempt]:
    with job_in(organisation.pk):
        return list(Attempt.objects.filter(reminder_id=reminder).order_by("number"))


def parsed(message: Message) -> EmailMessage:
    """Return the mail as a reader gets it."""
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def part(message: Message, kind: str) -> str:
    body = parsed(message).get_body((kind,))
    assert body is not None
    return str(body.get_content())

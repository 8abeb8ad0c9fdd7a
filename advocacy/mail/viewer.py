"""The mails that stayed on this machine, for development and the demo."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


@dataclass(frozen=True)
class KeptMail:
    """One mail as the viewer shows it."""

    name: str
    kept_at: datetime
    to: str
    sender: str
    subject: str
    message_id: str
    text: str
    html: str


def kept() -> list[KeptMail]:
    """Return the kept mails, newest first, at most 200."""
    paths = sorted(settings.MAIL_FOLDER.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in paths[:200]]


def find(name: str) -> KeptMail | None:
    """Return one kept mail, or None. The name is compared, never used as a path."""
    return next((mail for mail in kept() if mail.name == name), None)


def _read(path: Path) -> KeptMail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    return KeptMail(
        name=path.stem,
        kept_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]),
        text=parts["plain"].get_content() if parts["plain"] else "",
        html=parts["html"].get_content() if parts["html"] else "",
    )


class ViewerBackend(BaseEmailBackend):
    """Django's own mails (error reports and the like) stay here too."""

    def send_messages(self, email_messages: object) -> int:
        settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
        messages = list(cast(list[EmailMessage], email_messages))
        for message in messages:
            raw = message.message().as_bytes()  # type: ignore[attr-defined]
            (settings.MAIL_FOLDER / f"django-{uuid4().hex}.eml").write_bytes(raw)
        return len(messages)

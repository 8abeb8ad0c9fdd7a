"""What a mail is made of, and the address that every copy of it carries."""

import hashlib
import hmac
from dataclasses import dataclass, field
from email.utils import formataddr
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string

_SIGNATURE_LENGTH = 16


def message_id(*, organisation_id: UUID | None, row_id: UUID) -> str:
    """Return the fixed Message-ID of a row: signed, so that a bounce finds its tenant, and a forgery none."""
    place = f"{organisation_id.hex if organisation_id else 'platform'}.{row_id.hex}"
    return f"<{place}.{_signature(place)}@{settings.MAIL_DOMAIN}>"


def can_stand(address: str) -> bool:
    """Tell whether an address may stand in a header: a broken one must not cost another their mail."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def read_message_id(value: str) -> tuple[UUID | None, UUID] | None:
    """Return (organisation id, row id) of a Message-ID of ours, or None if we did not sign it."""
    local, _, domain = value.strip().strip("<>").partition("@")
    place, _, signature = local.rpartition(".")
    organisation, _, row = place.partition(".")
    genuine = hmac.compare_digest(signature.encode(), _signature(place).encode())
    if domain != settings.MAIL_DOMAIN or not genuine:
        return None
    return (None if organisation == "platform" else UUID(organisation)), UUID(row)


def _signature(place: str) -> str:
    key = f"message-id:{settings.SECRET_KEY}".encode()
    return hmac.new(key, place.encode(), hashlib.sha256).hexdigest()[:_SIGNATURE_LENGTH]


@dataclass(frozen=True)
class Message:
    """One mail, ready to go. `keep_here` holds it in the viewer, whatever the transport.

    `waited_for` says that somebody has just asked for it: it goes also to an address that returned another.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    from_name: str = ""
    reply_to: tuple[str, ...] = field(default=())
    keep_here: bool = False
    waited_for: bool = False

    def as_bytes(self) -> bytes:
        """Return the mail as it goes over the wire.

        Raises:
            django.core.mail.BadHeaderError: a header holds a line break.
        """
        # A name is one line and cannot end its own quotes: it never becomes a second address or header.
        sender = formataddr((" ".join(self.from_name.split()), settings.MAIL_FROM))
        mail = EmailMultiAlternatives(
            subject=self.subject,
            body=self.text,
            from_email=sender,
            to=[self.to],
            reply_to=list(self.reply_to) or None,
            headers={"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"},
        )
        if self.html:
            mail.attach_alternative(self.html, "text/html")
        made = mail.message()
        if made.is_multipart():
            # Ours, for to search both texts for one that is free takes longer than to write them.
            made.set_boundary(f"=_{uuid4().hex}")
        return made.as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django takes it


def render(template: str, context: dict[str, object]) -> tuple[str, str, str]:
    """Return (subject, text, html) of `templates/mail/<template>/`."""
    subject = " ".join(render_to_string(f"mail/{template}/subject.txt", context).split())
    return (
        subject,
        render_to_string(f"mail/{template}/body.txt", context),
        render_to_string(f"mail/{template}/body.html", context),
    )

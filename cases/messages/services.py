"""Write to the client, and to us."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from advocacy.organisations import services as organisations
from cases.casefile.models import Case, Task
from cases.casefile.services import ask
from cases.clients.models import PortalAccess
from cases.messages.models import Message

# The mail that says "there is something new"; it is about the case.
CLIENT_UPDATE: Final = "client_update"


class NobodyReads(Refusal):
    words = "Nobody reads this file in the portal yet. Invite the client first, or call"
    field = "text"


@transaction.atomic
def write_to_client(*, case: Case, text: str, by: User, now: datetime) -> Message:
    """Send a message to whoever reads the client's file; they get a mail that says only "an update".

    A client who chose no e-mail gets none: whoever writes is asked to tell them in a safe way.

    Raises: NobodyReads.
    """
    readers = PortalAccess.objects.live(now).filter(client_id=case.client_id).exclude(accepted_at=None)
    people = list(readers.select_related("user", "client"))
    if not people:
        raise NobodyReads
    message = _write(case, text, by, now, from_client=False)
    for reader in people:
        if reader.may_be_mailed:
            _tell_of_update(reader.user, case, by, now)
        else:
            _ask_to_tell(case, by, now)
    # An answer says that what came before has been read.
    mark_read(case=case, by=by, now=now)
    return message


@transaction.atomic
def write_to_staff(*, case: Case, text: str, by: User, now: datetime) -> Message:
    """Send a message from the portal to the people who work the case."""
    return _write(case, text, by, now, from_client=True)


def _write(case: Case, text: str, by: User, now: datetime, *, from_client: bool) -> Message:
    message = Message.objects.create(
        client_id=case.client_id,
        case=case,
        text=text.strip(),
        from_client=from_client,
        written_at=now,
        written_by=by,
    )
    audit.record(act="message written", at=now, actor_id=by.pk, client_id=case.client_id, subject=message)
    return message


def mark_read(*, case: Case, by: User, now: datetime) -> None:
    """Record that staff have read what the client wrote."""
    unread = Message.objects.filter(case=case, from_client=True, read_at=None)
    if unread.update(read_at=now):
        audit.record(act="messages read", at=now, actor_id=by.pk, client_id=case.client_id)


def mark_read_by_client(*, case: Case, now: datetime) -> None:
    """Record that the client has seen what we wrote."""
    Message.objects.filter(case=case, from_client=False, read_at=None).update(read_at=now)


def _ask_to_tell(case: Case, by: User, now: datetime) -> None:
    what = f"Tell {case.client.called[:120]} in a safe way that we wrote to them: they chose no e-mail"
    if not Task.objects.open().filter(case=case, what=what).exists():
        ask(case=case, what=what, owner=by, now=now)


def _tell_of_update(person: User, case: Case, by: User, now: datetime) -> None:
    organisation = organisations.current()
    with translation.override(person.language or "en"):
        subject, text, html = render(
            "client_update",
            {
                "organisation": organisation,
                "name": person.name,
                "helper": by.name,
                "language": person.language or "en",
                "link": settings.BASE_URL + reverse("portal:home", args=[organisation.slug]),
            },
        )
    mail.queue(
        kind=CLIENT_UPDATE,
        about_id=case.pk,
        to=person.email,
        subject=subject,
        text=text,
        html=html,
        now=now,
        organisation_id=organisation.pk,
        keep_here=organisation.is_demo,
    )

"""What the ways out ask before a mail leaves, and whether one arrived."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from advocacy.mail.models import OutgoingMail, SendHold, SuppressedAddress

# A full mailbox is emptied some day: what came back longer ago says nothing of today.
TOLD_FOR = timedelta(days=30)


def hold() -> SendHold | None:
    """Return the hold that is on, or None."""
    return SendHold.objects.first()


def is_suppressed(address: str) -> bool:
    """True if a mail to this address came back for good, and nobody has said since that it works."""
    return SuppressedAddress.objects.filter(address=address.strip().lower()).exists()


def taking_no_mail(*addresses: QuerySet[Any]) -> QuerySet[SuppressedAddress]:
    """Return which of the addresses that these questions name, in lower case, take no mail."""
    named = Q()
    for each in addresses:
        named |= Q(address__in=each)
    return SuppressedAddress.objects.filter(named).order_by("since", "pk")


def came_back_from(address: str, *, now: datetime) -> bool:
    """True if something that we wrote to this address within a month came back, or nothing may go there."""
    wrote = OutgoingMail.objects.filter(to=address.strip().lower(), bounced_at__gte=now - TOLD_FOR)
    return wrote.exists() or is_suppressed(address)

"""What the ways out ask before a mail leaves."""

from advocacy.mail.models import SendHold, SuppressedAddress


def hold() -> SendHold | None:
    """Return the hold that is on, or None."""
    return SendHold.objects.first()


def is_suppressed(address: str) -> bool:
    """True if a mail to this address came back for good, and nobody has said since that it works."""
    return SuppressedAddress.objects.filter(address=address.strip().lower()).exists()

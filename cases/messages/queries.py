"""Reading messages."""

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case
from cases.casefile.queries import visible_to
from cases.messages.models import Message


def of_case(case: Case) -> QuerySet[Message]:
    """Return the messages of a case, oldest first."""
    return Message.objects.filter(case=case).select_related("written_by").order_by("written_at")


def unread_for(actor: Actor) -> QuerySet[Message]:
    """Return what clients wrote and nobody has read, of the cases the actor may see, oldest first."""
    unread = Message.objects.filter(from_client=True, read_at=None, case__in=visible_to(actor))
    return unread.select_related("case__client", "case__owner").order_by("written_at")

"""What staff and client write to each other. Private notes are something else: `casefile.Note`."""

from django.db import models

from advocacy.accounts.models import User
from advocacy.organisations.models import TenantModel
from cases.casefile.models import Case
from cases.clients.models import Client


class Message(TenantModel):
    """One message, read by the other side once."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=5000)
    from_client = models.BooleanField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "message"
        indexes = [
            models.Index(fields=["organisation", "case", "-written_at"], name="message_of_case"),
            models.Index(
                fields=["organisation", "written_at"],
                condition=models.Q(from_client=True, read_at=None),
                name="message_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"Message of {self.written_at:%Y-%m-%d}"

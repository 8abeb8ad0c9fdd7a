"""Papers of a case. The bytes lie in private storage under a random name; the typed name is only data."""

from django.db import models

from advocacy.accounts.models import User
from advocacy.organisations.models import TenantModel
from cases.casefile.models import Case, Event
from cases.clients.models import Client


class Document(TenantModel):
    """One file, as it came in: written once."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    # The fact that this paper proves, where it proves one.
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    title = models.CharField(max_length=160)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "document"
        indexes = [models.Index(fields=["organisation", "case", "-uploaded_at"], name="document_of_case")]

    def __str__(self) -> str:
        return self.title

"""A way to the department beside the review: the complaint."""

from django.db import models

from advocacy.organisations.models import TenantModel
from cases.appeals.lifecycle import LIFE
from cases.casefile.models import Case
from cases.clients.models import Client


class Channel(models.TextChoices):
    WEB = "web", "The department's website"
    FAX = "fax", "Fax"
    MAIL = "mail", "Mail"
    PHONE = "phone", "Phone"
    REVIEW = "review", "The department made it of the IMR application"


class Appeal(TenantModel):
    """One complaint to the department; its dates stand in the case's events."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=24, choices=list(LIFE.states.items()), default=LIFE.start)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "appeal"
        constraints = [models.UniqueConstraint(fields=["organisation", "case"], name="appeal_one_a_case")]

    def __str__(self) -> str:
        return self.get_state_display()

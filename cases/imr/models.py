"""An application for Independent Medical Review."""

from django.db import models

from advocacy.organisations.models import TenantModel
from cases.casefile.models import Case
from cases.clients.models import Client
from cases.imr.lifecycle import LIFE


class Channel(models.TextChoices):
    WEB = "web", "The department's website"
    FAX = "fax", "Fax"
    MAIL = "mail", "Mail"


class IMRFiling(TenantModel):
    """One application; its dates stand in the case's events."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=24, choices=list(LIFE.states.items()), default=LIFE.start)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "imr_filing"
        constraints = [models.UniqueConstraint(fields=["organisation", "case"], name="imr_filing_one_a_case")]

    def __str__(self) -> str:
        return self.get_state_display()

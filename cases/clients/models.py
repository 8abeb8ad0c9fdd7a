"""The client and the health plan that covers them."""

from django.db import models

from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.models import TenantModel


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"
    OTHER = "other", "Another language"


class Regulator(models.TextChoices):
    """Who supervises the plan, as far as we know."""

    DMHC = "dmhc", "DMHC (Department of Managed Health Care)"
    CDI = "cdi", "CDI (Department of Insurance)"
    UNKNOWN = "unknown", "Not known yet"


class Client(TenantModel):
    """A person whose health plan refused care."""

    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "client"
        indexes = [
            models.Index(fields=["organisation", "family_name", "given_name"], name="client_by_name"),
        ]

    def __str__(self) -> str:
        return self.listed_name

    @property
    def listed_name(self) -> str:
        """Family name first, as staff lists read."""
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name


class Coverage(TenantModel):
    """One client's cover by one plan."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    plan_name = models.CharField(max_length=160)
    member_id = EncryptedTextField(blank=True)
    regulator = models.CharField(max_length=10, choices=Regulator, default=Regulator.UNKNOWN)
    evidence = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "coverage"
        indexes = [models.Index(fields=["organisation", "client"], name="coverage_of_client")]

    def __str__(self) -> str:
        return self.plan_name

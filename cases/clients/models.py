"""The client and the health plan that covers them."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from advocacy.accounts.models import User
from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.models import ScopedManager, TenantModel


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"
    OTHER = "other", "Another language"


class Regulator(models.TextChoices):
    """Who supervises the plan, as far as we know."""

    DMHC = "dmhc", "DMHC (Department of Managed Health Care)"
    CDI = "cdi", "CDI (Department of Insurance)"
    UNKNOWN = "unknown", "Not known yet"


class Capacity(models.TextChoices):
    """As whom somebody reads a client's file."""

    SELF = "self", "The client"
    PARENT = "parent", "Parent or guardian"
    REPRESENTATIVE = "representative", "Authorized representative"


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


class PortalAccessQuerySet(models.QuerySet["PortalAccess"]):
    def live(self, now: datetime) -> Self:
        """Those that open the portal at this moment."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), ended_at=None)


class PortalAccess(TenantModel):
    """One person may read one client's file in the portal. The database's portal policies rest on it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20, choices=Capacity, default=Capacity.SELF)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(PortalAccessQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "portal_access"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "client", "user"],
                condition=Q(ended_at=None),
                name="portal_access_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "user"], name="portal_access_of_person")]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_capacity_display().lower()}"

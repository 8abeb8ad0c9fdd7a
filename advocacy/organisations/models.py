"""The organisation, and what every row that belongs to one has in common."""

from typing import Self, TypeVar

from django.db import models

from advocacy.kernel.ids import new_id
from advocacy.organisations.scope import current_organisation_id


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> Self:
        return self.filter(suspended_at=None)


class Organisation(models.Model):
    """A tenant. It stands outside the locks: sign-in must find it before any scope."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    zone = models.CharField(max_length=60, default="America/Los_Angeles")
    phone = models.CharField(max_length=40, blank=True)
    postal_address = models.CharField(max_length=200, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        db_table = "organisation"

    def __str__(self) -> str:
        return self.name


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ScopedManager(models.Manager[Row_co]):
    """Gives only the rows of the organisation in scope, and raises without one."""

    def get_queryset(self) -> models.QuerySet[Row_co]:
        return super().get_queryset().filter(organisation_id=current_organisation_id())


class TenantModel(models.Model):
    """A row that belongs to one organisation: it needs all four locks (docs/tenancy.md)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        default=current_organisation_id,
        editable=False,
        related_name="+",
        # Every index and unique key of a tenant table starts with this column already.
        db_index=False,
    )

    objects = ScopedManager()

    class Meta:
        abstract = True


class Heartbeat(models.Model):
    """When a part last did its round, and how much waits: numbers only, so it stands outside the locks.

    `organisation` is empty for parts that serve all of them. `oldest_due_at` is the oldest
    reminder that is due and not sent, or since when a date lacks one; `waiting` and `parked` are counts.
    """

    part = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    waiting = models.PositiveIntegerField(default=0)
    parked = models.PositiveIntegerField(default=0)
    oldest_due_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "heartbeat"
        constraints = [
            models.UniqueConstraint(
                fields=["part", "organisation"], name="heartbeat_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} at {self.at:%H:%M:%S}"

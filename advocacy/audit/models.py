"""Who did or saw what. People and clients stand here as plain ids: the record outlives them."""

from django.db import models

from advocacy.kernel.ids import new_id
from advocacy.organisations.models import TenantModel


class AuditEvent(TenantModel):
    """One act, read or export within an organisation. Written once; the database refuses to change it."""

    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    door = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    client_id = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index(fields=["organisation", "client_id", "-at"], name="audit_event_client"),
            models.Index(fields=["organisation", "-at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.act} at {self.at:%Y-%m-%d %H:%M}"


class PlatformEvent(models.Model):
    """A sign-in, an operator's act or a refusal: ids only, outside the locks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "platform_event"
        indexes = [models.Index(fields=["-at"], name="platform_event_at")]

    def __str__(self) -> str:
        return f"{self.act} at {self.at:%Y-%m-%d %H:%M}"

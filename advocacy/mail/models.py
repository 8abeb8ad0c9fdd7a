"""The queue of every mail that is not a reminder."""

from django.db import models
from django.db.models import Q

from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.kernel.ids import new_id


class OutgoingMail(models.Model):
    """A mail on its way: without health data, encrypted, and emptied when sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    organisation_id = models.UUIDField(null=True)
    # What of the organisation it is about: who is asked when it comes back goes by it.
    about_id = models.UUIDField(null=True)
    to = models.EmailField()
    subject = EncryptedTextField(blank=True)
    text = EncryptedTextField(blank=True)
    html = EncryptedTextField(blank=True)
    keep_here = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    # It was taken, and came back later.
    bounced_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=250, blank=True)

    class Meta:
        db_table = "outgoing_mail"
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(sent_at=None, parked_at=None),
                name="outgoing_mail_waiting",
            ),
            models.Index(
                fields=["to"], condition=Q(bounced_at__isnull=False), name="outgoing_mail_came_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to be sent at {self.next_try_at:%Y-%m-%d %H:%M}"


class SuppressedAddress(models.Model):
    """An address that takes no mail: one came back from it for good. Nothing else is kept here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.EmailField(unique=True)
    since = models.DateTimeField()
    reason = models.CharField(max_length=250)

    class Meta:
        db_table = "mail_suppressed"

    def __str__(self) -> str:
        return f"no mail since {self.since:%Y-%m-%d}"


class SendHold(models.Model):
    """While its one row is there, no reminder and no update leaves; what is due waits."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=120)

    class Meta:
        db_table = "send_hold"
        constraints = [models.CheckConstraint(name="send_hold_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"held since {self.since:%Y-%m-%d %H:%M}: {self.reason}"

"""What was answered to a program that may ask the same thing twice."""

from django.db import models

from advocacy.accounts.models import AccessKey
from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.models import TenantModel


class KeptAnswer(TenantModel):
    """The first answer to one `Idempotency-Key` of one key. It may hold health data, so it is encrypted.

    Written once, and removed when it has expired: no door may delete a live one.
    """

    key = models.ForeignKey(AccessKey, on_delete=models.PROTECT, related_name="+")
    # The program's own word for its request may say anything; only its hash is kept.
    name_hash = models.CharField(max_length=64)
    # Address and body under a secret: a plain hash of a short body could be guessed.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = EncryptedTextField()
    # Whom it shows, as plain ids: who repeats the request must still be allowed to see them.
    client_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "api_answer"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key", "name_hash"], name="api_answer_once"),
        ]
        indexes = [models.Index(fields=["organisation", "expires_at"], name="api_answer_expiring")]

    def __str__(self) -> str:
        return f"{self.status} of {self.answered_at:%Y-%m-%d %H:%M}"

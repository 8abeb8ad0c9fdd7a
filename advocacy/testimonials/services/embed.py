"""Keys that let another website show the organisation's stories."""

from datetime import datetime

from django.db import transaction

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind, User
from advocacy.audit import services as audit
from advocacy.organisations.services import current


@transaction.atomic
def issue_key(*, label: str, by: User, now: datetime) -> tuple[AccessKey, str]:
    """Make a key for one website; the secret in the answer is shown once."""
    key, secret = keys.issue(kind=AccessKeyKind.EMBED, organisation=current(), now=now, label=label.strip())
    audit.record(act="story key issued", at=now, actor_id=by.pk, subject=key)
    return key, secret


@transaction.atomic
def revoke_key(*, key: AccessKey, by: User, now: datetime) -> None:
    """End a key: the website shows nothing from now on."""
    keys.revoke(key, now=now)
    audit.record(act="story key revoked", at=now, actor_id=by.pk, subject=key)

"""Keys of programs; and requests that are sent twice, which have one effect and one answer."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from advocacy.accounts import keys
from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, AccessKeyKind
from advocacy.api.models import KeptAnswer
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal

KEPT_FOR: Final = timedelta(hours=24)
HEADER: Final = "Idempotency-Key"


class InFlight(Refusal):
    words = "A request with this Idempotency-Key is being answered. Ask again in a moment"
    field = HEADER


class NameUsed(Refusal):
    words = "This Idempotency-Key was used for another request. Take a new one"
    field = HEADER


@transaction.atomic
def issue_key(
    *, actor: Actor, label: str, scope: str, lasts: timedelta, now: datetime
) -> tuple[AccessKey, str]:
    """Make a key by which a program acts as this member; the secret in the answer is shown once."""
    key, secret = keys.issue(
        kind=AccessKeyKind.API, organisation=actor.organisation, membership=actor.membership, scope=scope,
        label=label.strip(), lasts=lasts, now=now,
    )  # fmt: skip
    audit.record(act="program key issued", at=now, actor_id=actor.id, subject=key)
    return key, secret


@transaction.atomic
def revoke_key(*, key: AccessKey, by: UUID, now: datetime) -> None:
    """End a key: the program is a stranger from its next request on."""
    keys.revoke(key, now=now)
    audit.record(act="program key revoked", at=now, actor_id=by, subject=key)


def fingerprint(path: str, body: Any) -> str:
    """Return what two requests have in common that ask for the same thing."""
    said = json.dumps([path, body], sort_keys=True)
    return salted_hmac("advocacy.api", said, algorithm="sha256").hexdigest()


def answered(*, key: AccessKey, name: str, asked: str, now: datetime) -> KeptAnswer | None:
    """Return the answer that was given to this name, or None: then no other request may use it meanwhile.

    The name is held for the running transaction, so that effect and answer are committed together.

    Raises: InFlight, NameUsed.
    """
    name_hash = keys.hashed(name)
    with connection.cursor() as cursor:
        place = hashlib.sha256(f"{key.pk}:{name_hash}".encode()).digest()
        number = int.from_bytes(place[:8], signed=True)
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise InFlight
    kept = KeptAnswer.objects.filter(key=key, name_hash=name_hash)
    kept.filter(expires_at__lte=now).delete()
    found: KeptAnswer | None = kept.first()
    if found is not None and found.fingerprint != asked:
        raise NameUsed
    return found


def keep_answer(
    *, key: AccessKey, name: str, asked: str, status: int, body: str, client_id: UUID | None,
    case_id: UUID | None, now: datetime,
) -> None:  # fmt: skip
    """Keep what was answered, in the transaction of what it tells of."""
    KeptAnswer.objects.create(
        key=key,
        name_hash=keys.hashed(name),
        fingerprint=asked,
        status=status,
        body=body,
        client_id=client_id,
        case_id=case_id,
        answered_at=now,
        expires_at=now + KEPT_FOR,
    )


def purge_answers(*, now: datetime) -> int:
    """Remove the answers of the organisation in scope that have expired; return how many."""
    removed, _by_model = KeptAnswer.objects.filter(expires_at__lte=now).delete()
    return removed

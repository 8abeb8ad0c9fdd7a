"""How many forms an organisation's public pages take in an hour: counts, and nothing of who sent them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db import connections, transaction

HOUR: Final = 60 * 60
# By what comes in. A mail goes out for each request; a person reads each.
A_HOUR: Final = {"request": 30, "question": 30}


def admit(kind: str, *, organisation_id: UUID, now: datetime) -> bool:
    """Count one more of this kind; False if this hour's are used up.

    It is counted on the cache's own connection: the count holds even if the view rolls back.
    """
    key = f"public:{kind}:{organisation_id}:{int(now.timestamp()) // HOUR}"
    with transaction.atomic(using="cache"):
        with connections["cache"].cursor() as cursor:
            # Two at once must not count as one.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        used = int(cache.get(key, 0))
        if used >= A_HOUR[kind]:
            return False
        cache.set(key, used + 1, timeout=2 * HOUR)
    return True

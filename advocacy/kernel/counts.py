"""Counts of what came in, in windows of time: a number and a name, and nothing of who sent it."""

from datetime import datetime

from django.core.cache import cache
from django.db import connections, transaction


def admit(name: str, *, most: int, seconds: int, now: datetime) -> int:
    """Count one more under this name; return 0, or in how many seconds there is room again.

    It is counted on the cache's own connection: the count holds even if the view rolls back.
    """
    window, passed = divmod(int(now.timestamp()), seconds)
    key = f"{name}:{window}"
    with transaction.atomic(using="cache"):
        with connections["cache"].cursor() as cursor:
            # Two at once must not count as one.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        used = int(cache.get(key, 0))
        if used >= most:
            return seconds - passed
        cache.set(key, used + 1, timeout=2 * seconds)
    return 0

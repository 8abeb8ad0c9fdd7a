"""The cache's connection serves the cache's table and nothing else."""

from typing import Any


class CacheRouter:
    """Send the cache table to its own connection, which commits on its own."""

    def db_for_read(self, model: Any, **_hints: object) -> str | None:
        return "cache" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool | None:
        return False if db == "cache" else None

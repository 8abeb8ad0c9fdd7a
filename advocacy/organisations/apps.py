from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    name = "advocacy.organisations"
    label = "advocacy_organisations"

    def ready(self) -> None:
        post_migrate.connect(_open_doors, sender=self)


def _open_doors(using: str, **_later: Any) -> None:
    """At the end of every migrate run, bring the policies to their declaration."""
    from django.db import connections

    from advocacy.organisations.policies import open_doors

    if using == "default":
        open_doors(connections[using])

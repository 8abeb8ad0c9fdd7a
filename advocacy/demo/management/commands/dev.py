"""Run everything: database, broker, web, worker and beat."""

from django.core.management.base import BaseCommand

from advocacy.embedded import supervisor


class Command(BaseCommand):
    """The entry in `manage.py help`. `manage.py dev` itself starts before Django does, see manage.py."""

    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        raise SystemExit(supervisor.main())

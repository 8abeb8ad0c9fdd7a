"""Plan and send reminders, and all other mail, until stopped: straight from PostgreSQL, with no broker."""

from django.core.management.base import BaseCommand

from advocacy.kernel.keeper import Keeper, Shift
from advocacy.organisations.catalogue import stop_unless_locked
from reminders.letters import warm_up
from reminders.rounds import STEP_SECONDS, work


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        # Here, once: one that takes over from a crash begins with the mails.
        warm_up()
        Keeper(_shift).run()


def _shift() -> None:
    shift = Shift(STEP_SECONDS)
    shift.begin()
    stop_unless_locked()
    work(shift)

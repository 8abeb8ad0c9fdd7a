"""Proof-read the rule files."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from advocacy.kernel import clock
from cases.deadlines import checking
from cases.deadlines.calendars import PACIFIC
from cases.deadlines.rules import RulebookError, load_rulebook

CHECK_AGAIN_AFTER = timedelta(days=365)


class Command(BaseCommand):
    """Read every rule, work every example, and say what is wrong or old. Needs no database."""

    help = "Check the deadline rules: fields, dates, examples, age."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print a summary.

        Raises:
            CommandError: a file cannot be read, or a rule has a fault; each is named.
        """
        try:
            rules = load_rulebook().all()
        except RulebookError as error:
            raise CommandError(str(error)) from error
        faults = list(checking.faults(rules))
        if faults:
            raise CommandError("\n".join(faults))
        kinds = Counter(rule.kind if rule.kind != "rule" or rule.amount else "no length" for rule in rules)
        unverified = sum(rule.unverified for rule in rules)
        self.stdout.write(
            f"{len(rules)} rules: {kinds['rule']} with a length, {kinds['no length']} without, "
            f"{kinds['note']} notes, {kinds['bar']} bars. "
            f"{sum(len(rule.examples) for rule in rules)} examples hold. {unverified} are unverified."
        )
        today = clock.now().astimezone(PACIFIC).date()
        for rule in checking.stale(rules, before=today - CHECK_AGAIN_AFTER):
            self.stdout.write(f"Check again: {rule.slug}, last checked {rule.checked_on.isoformat()}")

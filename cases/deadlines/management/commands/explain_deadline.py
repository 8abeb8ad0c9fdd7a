"""Explain deadlines on the command line: one for people, or many as lines of JSON."""

import sys
from argparse import ArgumentParser
from io import TextIOWrapper
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.deadlines import explain
from cases.deadlines.rules import DeadlineError


class Command(BaseCommand):
    """Print how a deadline comes about. Needs no database."""

    help = "Explain one deadline (--rule, --on), or answer lines of JSON from standard input (--jsonl)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the two ways of asking."""
        parser.add_argument("--jsonl", action="store_true", help="answer questions from standard input")
        parser.add_argument("--rule", metavar="SLUG", help="the rule to explain")
        parser.add_argument(
            "--on", metavar="DATE", help="when its clock started: a date, or a time with offset"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Answer on standard output.

        Raises:
            CommandError: no question was asked, or the one for people has no answer.
        """
        if options["jsonl"]:
            self._answer_lines()
            return
        if not options["rule"] or not options["on"]:
            raise CommandError("Ask with --rule SLUG --on DATE, or with --jsonl.")
        try:
            self.stdout.write(explain.in_words(explain.explain_on(options["rule"], options["on"])))
        except DeadlineError as error:
            raise CommandError(str(error)) from error

    def _answer_lines(self) -> None:
        if isinstance(sys.stdin, TextIOWrapper):
            # A line that is not UTF-8 gets its error like any other, and the next ones their answers.
            sys.stdin.reconfigure(errors="replace")
        for line in sys.stdin:
            if line.strip():
                self.stdout.write(explain.answer_line(line))
                self.stdout.flush()

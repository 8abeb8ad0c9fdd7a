"""Something looks wrong with a date: said, told to who keeps the rules, settled."""

from datetime import datetime

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.text import legal_day
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from cases.casefile.services import write_note
from cases.deadlines.models import Deadline, Doubt


@transaction.atomic
def doubt(*, deadline: Deadline, about: str, words: str, by: User, now: datetime) -> None:
    """Record "Something looks wrong": on the date, in the case's notes, and to who keeps the rules.

    The operators' mail names the rule, its version and the day it counted from, and nothing of the case.
    """
    deadline.doubt, deadline.doubted_at, deadline.doubted_by = about, now, by
    deadline.save(update_fields=["doubt", "doubted_at", "doubted_by"])
    head = f"Something looks wrong with this date: {deadline.title}, {legal_day(deadline.act_on)}"
    write_note(case=deadline.case, text=f"{head}. {deadline.get_doubt_display()}. {words}", by=by, now=now)
    if about in (Doubt.RULE, Doubt.CALENDAR):
        _tell_operators(deadline, now)


def _tell_operators(deadline: Deadline, now: datetime) -> None:
    rule = f"{deadline.rule}, version {deadline.rule_version}"
    facts = {
        "rule": rule,
        "about": deadline.get_doubt_display(),
        "counted_from": legal_day(deadline.triggered_on),
        "given": legal_day(deadline.nominal_on),
        "last": legal_day(deadline.last_lawful_on),
    }
    for operator in User.objects.filter(is_operator=True, is_active=True):
        subject, text, html = render("rule_doubted", facts | {"recipient": operator})
        mail.queue(
            kind="rule_doubted", to=operator.email, subject=subject, text=text, html=html, now=now,
            keep_here=operator.is_demo,
        )  # fmt: skip


@transaction.atomic
def settle_doubt(*, deadline: Deadline, words: str, by: User, now: datetime) -> None:
    """Record how a doubt was settled; the notes keep both."""
    deadline.doubt, deadline.doubted_at, deadline.doubted_by = "", None, None
    deadline.save(update_fields=["doubt", "doubted_at", "doubted_by"])
    head = f"Settled: {deadline.title}, {legal_day(deadline.act_on)}"
    write_note(case=deadline.case, text=f"{head}. {words}", by=by, now=now)

"""What must hold of an organisation's rows after any life, by the numbers of the reliability goals.

I1 every open deadline has its reminders; I2 none is for a replaced version; I3 every due row has its end;
I5 every paper has its bytes; I6 every row belongs to the tenant, and the client, of the row it hangs on.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import F, Q

from advocacy.mail.transport import TransportError
from advocacy.organisations.models import TenantModel
from cases.deadlines.models import Deadline
from cases.documents.models import Document
from cases.documents.services import open_document
from reminders.models import Reminder
from tests.reminders.box import Box, send_all

# The step that each direction has from the beginning, whatever day it is.
FIRST_STEP = {"ours": "T-0", "theirs": "missed", "opens": "opens"}
NOT_NEEDED, ENDS = "withdrawn", {"sent", "collapsed", "withdrawn", "parked"}


class Moody(Box):
    """A transport that says yes, or no for good."""

    def __init__(self, *, refuses: bool) -> None:
        super().__init__()
        self.refuses = refuses

    def send(self, message: Any) -> str:
        if self.refuses:
            raise TransportError("550 no such person", permanent=True)
        return super().send(message)


def delivered(organisation: Any, now: datetime, *, refuses: bool = False) -> int:
    """Deliver what is due; return how many mails went."""
    return send_all(organisation, Moody(refuses=refuses), now)


def check_reminders_are_planned() -> None:
    """I1, after the planner."""
    wanted = Reminder.objects.exclude(state=NOT_NEEDED).values_list("deadline_id", "step")
    planned = set(wanted)
    expected = {(each.pk, FIRST_STEP[each.direction]) for each in Deadline.objects.open()}
    assert expected <= planned, f"I1: no reminder for {expected - planned}"


def check_nothing_is_said_of_a_replaced_date() -> None:
    """I2: nothing is sent after its end, though the sender woke before the planner."""
    replaced = Reminder.objects.exclude(deadline__superseded_at=None)
    late = replaced.filter(state="sent", sent_at__gt=F("deadline__superseded_at"))
    assert not late.exists(), f"I2: sent of a replaced date: {list(late)}"


def check_nothing_waits_for_a_date_that_is_not_open() -> None:
    """I2, after the planner."""
    waiting = Reminder.objects.planned().filter(~Q(deadline__state="open") | ~Q(case__closed_at=None))
    assert not waiting.exists(), f"I2: still planned: {list(waiting)}"


def check_every_due_row_has_its_end(now: datetime) -> None:
    """I3, after the delivery."""
    left = Reminder.objects.filter(send_at__lte=now).exclude(state__in=ENDS)
    assert not left.exists(), f"I3: due, and not told: {list(left)}"


def check_papers_have_their_bytes() -> None:
    """I5."""
    for paper in Document.objects.all():
        with open_document(paper) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == paper.sha256, f"I5: {paper.pk}"


def check_rows_belong_together() -> None:
    """I6: the parent is there, for this tenant and this client; and what the database checks on commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_orphans())
        found = cursor.fetchall()
    assert found == [], f"I6: {found}"


@cache
def _orphans() -> str:
    """Ask of every key between tenant tables which child has no parent of its tenant and client."""
    return " UNION ALL ".join(_questions())


def _questions() -> Iterator[str]:
    models = [each for each in apps.get_models() if issubclass(each, TenantModel)]
    for child in models:
        for field in child._meta.concrete_fields:
            parent = field.related_model
            if not isinstance(parent, type) or not issubclass(parent, TenantModel):
                continue
            same = "parent.organisation_id = child.organisation_id"
            if all(
                "client_id" in {each.column for each in model._meta.concrete_fields}
                for model in (child, parent)
            ):
                same += " AND parent.client_id = child.client_id"
            table, column = child._meta.db_table, field.column
            yield (
                f"SELECT '{table}.{column}', child.id FROM {table} child "
                f"LEFT JOIN {parent._meta.db_table} parent ON parent.id = child.{column} AND {same} "
                f"WHERE child.{column} IS NOT NULL AND parent.id IS NULL"
            )

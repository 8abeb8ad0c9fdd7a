"""Close a case, and open it again: no date is left without a word, and none is lost by closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import queues
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from cases.casefile.models import Case
from cases.casefile.services import write_note
from cases.deadlines.models import Deadline, State
from cases.deadlines.queries import open_dates
from cases.deadlines.services.by_hand import meet, unwaive, waive
from cases.deadlines.services.recompute import lock, recompute


class CaseClosed(Refusal):
    words = "This case is closed already"


class CaseOpen(Refusal):
    words = "This case is open"


class DateUndecided(Refusal):
    """A date would end without a word. The words name it."""


@dataclass(frozen=True)
class NoLongerApplies:
    """A date ends with the case, because ..."""

    reason: str


@dataclass(frozen=True)
class Done:
    """What the date asked for was done, and this shows it."""

    on: date
    words: str


Decision: TypeAlias = NoLongerApplies | Done


@transaction.atomic
def close_case(
    *, case: Case, outcome: str, decisions: Mapping[UUID, Decision], by: User, now: datetime
) -> None:
    """Close a case, each of its open dates decided.

    A decision about a date that no longer runs is left out: a fact has spoken meanwhile.

    Raises: CaseClosed, DateUndecided, FactInFuture, BeforeItsStart.
    """
    lock(case.pk)
    case.refresh_from_db(fields=["closed_at", "closed_by"])
    if case.closed_at:
        raise CaseClosed
    dates = open_dates(case)
    for deadline in dates:
        if deadline.pk not in decisions:
            day = legal_day(deadline.act_on)
            raise DateUndecided(f"Say what happens to this date: {deadline.title}, {day}")
    for deadline in dates:
        _decide(deadline, decisions[deadline.pk], by=by, now=now)
    case.closed_at, case.closed_by = now, by
    case.save(update_fields=["closed_at", "closed_by"])
    audit.record(act="case closed", at=now, actor_id=by.pk, client_id=case.client_id, subject=case)
    write_note(case=case, text=f"The case is closed. {outcome}", by=by, now=now)
    queues.ring("reminders.tasks.plan")


def _decide(deadline: Deadline, decision: Decision, *, by: User, now: datetime) -> None:
    if isinstance(decision, Done):
        meet(deadline=deadline, on=decision.on, words=decision.words, by=by, now=now)
    else:
        waive(deadline=deadline, reason=decision.reason, by=by, now=now)


@transaction.atomic
def reopen_case(*, case: Case, reason: str, by: User, now: datetime) -> None:
    """Open a case again. The dates that ended only because it was closed run again; what was done stays done.

    Raises: CaseOpen, DayOutOfReach.
    """
    lock(case.pk)
    case.refresh_from_db(fields=["closed_at", "closed_by"])
    if case.closed_at is None:
        raise CaseOpen
    closed_at = case.closed_at
    for deadline in Deadline.objects.filter(case=case, state=State.WAIVED, waived_at=closed_at):
        unwaive(deadline, now)
    case.closed_at, case.closed_by = None, None
    case.save(update_fields=["closed_at", "closed_by"])
    audit.record(act="case reopened", at=now, actor_id=by.pk, client_id=case.client_id, subject=case)
    write_note(case=case, text=f"The case is open again. {reason}", by=by, now=now)
    recompute(case=case, now=now)
    queues.ring("reminders.tasks.plan")

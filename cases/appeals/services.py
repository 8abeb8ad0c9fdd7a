"""Acts on a complaint to the department. Each move is guarded and writes the fact it stands on."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from cases.appeals.lifecycle import DECIDED, LIFE
from cases.appeals.models import Appeal, Channel
from cases.casefile.models import Case, Event, EventKind, Urgency
from cases.casefile.services import follow_up, record_move
from cases.clients.models import Regulator
from cases.clients.queries import department_of
from cases.clients.services import require_authority
from cases.deadlines.derivation import ANSWERED, DENIED
from cases.deadlines.queries import firsts_in
from cases.grievances import queries as grievance_queries
from cases.grievances import services as grievances

# No law says when a department confirms a complaint: ours to ask after.
CONFIRM_AFTER = timedelta(days=7)


class NothingToComplainOf(Refusal):
    words = "Record the plan's refusal first: the complaint is about it"


class PlanFirst(Refusal):
    """DMHC closes a complaint that skips the plan's own process (H&S 1368(b)(1)(A))."""


@transaction.atomic
def file_complaint(
    *,
    case: Case,
    filed_on: date,
    channel: str,
    reference: str,
    by: User,
    now: datetime,
    filed_at: datetime | None = None,
    speaker: str = "",
    because: str = "",
) -> Appeal:
    """Record that a complaint went to the department.

    Raises: NothingToComplainOf, PlanFirst, casefile.MovedOn, casefile.FactInFuture,
        clients.NoAuthority.
    """
    _require_the_plans_turn(case, on=filed_on)
    body = department_of(case.coverage)
    who = require_authority(client=case.client, body=body, speaker=speaker, because=because, on=filed_on)
    said = {"channel": channel, "reference": reference.strip()} | who
    appeal = _file(case=case, on=filed_on, at=filed_at, said=said, by=by, now=now)
    grievances.escalate(case=case)
    return appeal


def open_from_review(*, case: Case, on: date, by: User, now: datetime, at: datetime | None = None) -> Appeal:
    """Take over an application that the department did not accept: it is a complaint from that day.

    Health & Safety Code § 1374.31(b); for CDI its complaint program takes it. One that is there stays.
    """
    there_already = Appeal.objects.filter(case=case).exclude(state__in=LIFE.move("file").sources).first()
    if there_already is not None:
        return there_already
    return _file(case=case, on=on, at=at, said={"channel": Channel.REVIEW, "reference": ""}, by=by, now=now)


def _file(
    *, case: Case, on: date, at: datetime | None, said: dict[str, str], by: User, now: datetime
) -> Appeal:
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    appeal, _ = Appeal.objects.get_or_create(
        case=case, defaults={"client_id": case.client_id, "created_at": now}
    )
    record_move(row=appeal, move=LIFE.move("file"), on=on, at=at, details=said, by=by, now=now)
    appeal.channel, appeal.reference = said["channel"], said["reference"]
    appeal.save(update_fields=["channel", "reference"])
    if appeal.channel != Channel.REVIEW:
        what = "Confirm that the department has the complaint"
        follow_up(case=case, what=what, due_on=on + CONFIRM_AFTER, by=by, now=now)
    return appeal


def _require_the_plans_turn(case: Case, *, on: date) -> None:
    """The same 30 days as before a review, under DMHC; no text asks for them before a complaint to CDI."""
    facts = firsts_in(case)
    if DENIED not in facts:
        raise NothingToComplainOf
    is_cdi = case.coverage is not None and case.coverage.regulator == Regulator.CDI
    answered = facts.get(ANSWERED)
    if is_cdi or case.urgency == Urgency.EXPEDITED or (answered and answered.on <= on):
        return
    opens_on = grievance_queries.opens_on(case)
    if opens_on is None:
        raise PlanFirst("File the grievance with the plan first. DMHC closes a complaint that skips it")
    if on < opens_on:
        raise PlanFirst(f"Too early: you can file from {legal_day(opens_on)}, or once the plan has answered")


@transaction.atomic
def record(
    *,
    appeal: Appeal,
    move: str,
    on: date,
    by: User,
    now: datetime,
    at: datetime | None = None,
    outcome: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record one move of the table by its name.

    Raises: casefile.MovedOn, casefile.BeforeEarlier, casefile.FactInFuture.
    """
    record_move(
        row=appeal, move=LIFE.move(move), on=on, at=at, outcome=outcome, details=details, by=by, now=now
    )


def follow_outcome(*, case_id: UUID) -> None:
    """Make the state say what the standing fact says: the fact may have been corrected."""
    facts = Event.objects.standing().filter(case_id=case_id, kind=EventKind.COMPLAINT_DECIDED)
    fact = facts.order_by("-occurred_on", "-recorded_at", "-pk").first()
    if fact is not None:
        Appeal.objects.filter(case_id=case_id, state__in=DECIDED.values()).update(
            state=DECIDED[fact.details["outcome"]]
        )

"""Acts on a grievance. Each move is guarded and writes the fact it stands on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from cases.casefile.models import Case, Event, EventKind
from cases.casefile.services import BeforeEarlier, record_move
from cases.clients.models import Body
from cases.clients.services import require_authority
from cases.grievances import queries
from cases.grievances.lifecycle import ESCALATED, LIFE, RESOLVED
from cases.grievances.models import Grievance


class NoRefusalYet(Refusal):
    words = "Record the plan's refusal first: the grievance answers it"


class StillTime(Refusal):
    """The plan's time to answer is not over."""


@transaction.atomic
def file_grievance(
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
) -> Grievance:
    """Record that the grievance went to the plan.

    Raises: NoRefusalYet, casefile.MovedOn, casefile.BeforeEarlier, casefile.FactInFuture,
        clients.NoAuthority.
    """
    denied = Event.objects.standing().filter(case=case, kind=EventKind.DENIED).order_by("occurred_on").first()
    if denied is None:
        raise NoRefusalYet
    if filed_on < denied.occurred_on:
        raise BeforeEarlier("Enter a day on or after the date on the plan's letter", field="filed_on")
    who = require_authority(client=case.client, body=Body.PLAN, speaker=speaker, because=because, on=filed_on)
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    grievance, _ = Grievance.objects.get_or_create(
        case=case, defaults={"client_id": case.client_id, "created_at": now}
    )
    grievance.channel, grievance.reference = channel, reference.strip()
    details = {"channel": channel, "reference": grievance.reference, **who}
    record_move(
        row=grievance, move=LIFE.move("file"), on=filed_on, at=filed_at, details=details, by=by, now=now
    )
    grievance.save(update_fields=["channel", "reference"])
    return grievance


@transaction.atomic
def record(
    *,
    grievance: Grievance,
    move: str,
    on: date,
    by: User,
    now: datetime,
    at: datetime | None = None,
    outcome: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record one move of the table by its name.

    Raises: StillTime, casefile.MovedOn, casefile.BeforeEarlier, casefile.FactInFuture.
    """
    if move == "unanswered":
        _require_silence(grievance.case, on=on)
    record_move(
        row=grievance, move=LIFE.move(move), on=on, at=at, outcome=outcome, details=details, by=by, now=now
    )


def _require_silence(case: Case, *, on: date) -> None:
    opens_on = queries.opens_on(case)
    if opens_on and on < opens_on:
        raise StillTime(f"The plan still has time: its answer is missing from {legal_day(opens_on)}")


def escalate(*, case: Case) -> None:
    """Note on the grievance that the dispute went to the department. The fact is the filing there."""
    Grievance.objects.filter(case=case, state__in=LIFE.move("escalated").sources).update(state=ESCALATED)


def follow_outcome(*, case_id: UUID) -> None:
    """Make the state say what the standing fact says: the fact may have been corrected."""
    facts = Event.objects.standing().filter(case_id=case_id, kind=EventKind.GRIEVANCE_ANSWERED)
    fact = facts.order_by("-occurred_on", "-recorded_at", "-pk").first()
    if fact is not None:
        Grievance.objects.filter(case_id=case_id, state__in=RESOLVED.values()).update(
            state=RESOLVED[fact.details["outcome"]]
        )

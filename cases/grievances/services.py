"""Acts on a grievance. Each move is guarded and writes the fact it stands on."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from cases.casefile.models import Case, Event, EventKind
from cases.casefile.services import record_event
from cases.grievances.lifecycle import RESOLVED, may_move
from cases.grievances.models import Grievance, State


class NotNow(Refusal):
    words = "This grievance has moved on. Open the case again to see where it stands"


class NoRefusalYet(Refusal):
    words = "Record the plan's refusal first: the grievance answers it"


class BeforeRefusal(Refusal):
    words = "Enter a day on or after the date on the plan's letter"
    field = "filed_on"


class BeforeFiling(Refusal):
    words = "Enter a day on or after the day the grievance was filed"


@transaction.atomic
def file_grievance(
    *, case: Case, filed_on: date, channel: str, reference: str, by: User, now: datetime
) -> Grievance:
    """Record that the grievance went to the plan.

    Raises: NoRefusalYet, BeforeRefusal, NotNow, casefile.FactInFuture.
    """
    denied = Event.objects.standing().filter(case=case, kind=EventKind.DENIED).order_by("occurred_on").first()
    if denied is None:
        raise NoRefusalYet
    if filed_on < denied.occurred_on:
        raise BeforeRefusal
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    grievance, _ = Grievance.objects.get_or_create(
        case=case, defaults={"client_id": case.client_id, "created_at": now}
    )
    grievance.channel, grievance.reference = channel, reference.strip()
    _move(grievance, State.FILED)
    record_event(
        case=case,
        kind=EventKind.GRIEVANCE_FILED,
        occurred_on=filed_on,
        details={"channel": channel, "reference": grievance.reference},
        by=by,
        now=now,
    )
    return grievance


@transaction.atomic
def record_acknowledgment(*, grievance: Grievance, on: date, by: User, now: datetime) -> None:
    """Record the plan's letter that it has the grievance.

    Raises: NotNow, BeforeFiling, casefile.FactInFuture.
    """
    _not_before_filing(grievance, on)
    _move(grievance, State.ACKNOWLEDGED)
    record_event(case=grievance.case, kind=EventKind.GRIEVANCE_ACKNOWLEDGED, occurred_on=on, by=by, now=now)


@transaction.atomic
def record_answer(*, grievance: Grievance, on: date, outcome: str, by: User, now: datetime) -> None:
    """Record the plan's written answer: `upheld`, `partly` or `overturned`.

    Raises: NotNow, BeforeFiling, casefile.FactInFuture.
    """
    _not_before_filing(grievance, on)
    _move(grievance, RESOLVED[outcome])
    record_event(
        case=grievance.case,
        kind=EventKind.GRIEVANCE_ANSWERED,
        occurred_on=on,
        details={"outcome": outcome},
        by=by,
        now=now,
    )


def _move(grievance: Grievance, to: str) -> None:
    """Move only from where it stands in the database now: two people may press at once."""
    fresh = Grievance.objects.select_for_update().get(pk=grievance.pk)
    if not may_move(fresh.state, to):
        raise NotNow
    grievance.state = to
    grievance.save(update_fields=["state", "channel", "reference"])


def _not_before_filing(grievance: Grievance, on: date) -> None:
    filed = Event.objects.standing().filter(case=grievance.case, kind=EventKind.GRIEVANCE_FILED).first()
    if filed and on < filed.occurred_on:
        raise BeforeFiling


def follow_outcome(*, case_id: UUID) -> None:
    """Make the state say what the standing fact says: the fact may have been corrected."""
    fact = Event.objects.standing().filter(case_id=case_id, kind=EventKind.GRIEVANCE_ANSWERED).first()
    if fact is not None:
        Grievance.objects.filter(case_id=case_id, state__in=RESOLVED.values()).update(
            state=RESOLVED[fact.details["outcome"]]
        )

"""Acts on an IMR filing. Each move is guarded and writes the fact it stands on."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from cases.casefile.models import Case, Event, EventKind
from cases.casefile.services import record_event
from cases.imr import queries
from cases.imr.eligibility import Stop
from cases.imr.lifecycle import DETERMINED, may_move
from cases.imr.models import IMRFiling, State


class NotNow(Refusal):
    words = "This filing has moved on. Open the case again to see where it stands"


class NoRefusal(Refusal):
    """There is nothing yet that could be reviewed."""


class NoGrievance(Refusal):
    """The department closes a case that skipped the plan's own process (H&S 1374.30(j)(3))."""


class TooEarly(Refusal):
    """The department closes an application that comes before the wait is over (H&S 1368.03(a))."""


class GaveIn(Refusal):
    """Nothing is left to review."""


class CoverageDispute(Refusal):
    """A coverage decision goes to the department as a complaint (H&S 1374.30(c), Ins. 10169(c))."""


REFUSALS: dict[Stop, type[Refusal]] = {
    Stop.NO_REFUSAL: NoRefusal,
    Stop.GAVE_IN: GaveIn,
    Stop.COVERAGE: CoverageDispute,
    Stop.NO_GRIEVANCE: NoGrievance,
    Stop.TOO_EARLY: TooEarly,
}


class BeforeFiling(Refusal):
    words = "Enter a day on or after the day the application was filed"


class BeforeDecision(Refusal):
    words = "Enter a day on or after the day of the decision"


@transaction.atomic
def file_imr(
    *, case: Case, filed_on: date, channel: str, reference: str, by: User, now: datetime
) -> IMRFiling:
    """Record that the application went to the department.

    Raises: NoRefusal, GaveIn, CoverageDispute, NoGrievance, TooEarly, NotNow, casefile.FactInFuture.
    """
    require_eligible(case, on=filed_on)
    filing, _ = IMRFiling.objects.get_or_create(
        case=case, defaults={"client_id": case.client_id, "created_at": now}
    )
    filing.channel, filing.reference = channel, reference.strip()
    _move(filing, State.SUBMITTED)
    record_event(
        case=case,
        kind=EventKind.IMR_FILED,
        occurred_on=filed_on,
        details={"channel": channel, "reference": filing.reference},
        by=by,
        now=now,
    )
    return filing


def require_eligible(case: Case, *, on: date) -> None:
    """Refuse a filing that the department would close; conditions that are only missing do not stop it.

    Raises: NoRefusal, GaveIn, CoverageDispute, NoGrievance, TooEarly.
    """
    found = queries.eligibility_of(case, on=on)
    if found.stop is not None:
        raise REFUSALS[found.stop](found.words)


@transaction.atomic
def record_decision(*, filing: IMRFiling, on: date, outcome: str, by: User, now: datetime) -> None:
    """Record the department's written decision: `upheld`, `partly` or `overturned`.

    Raises: NotNow, BeforeFiling, casefile.FactInFuture.
    """
    _not_before(filing, EventKind.IMR_FILED, on, BeforeFiling)
    _move(filing, DETERMINED[outcome])
    record_event(
        case=filing.case,
        kind=EventKind.IMR_DECIDED,
        occurred_on=on,
        details={"outcome": outcome},
        by=by,
        now=now,
    )


@transaction.atomic
def record_implementation(*, filing: IMRFiling, on: date, by: User, now: datetime) -> None:
    """Record that the plan authorized or paid what was decided.

    Raises: NotNow, BeforeDecision, casefile.FactInFuture.
    """
    _not_before(filing, EventKind.IMR_DECIDED, on, BeforeDecision)
    _move(filing, State.IMPLEMENTED)
    record_event(case=filing.case, kind=EventKind.IMR_IMPLEMENTED, occurred_on=on, by=by, now=now)


def _move(filing: IMRFiling, to: str) -> None:
    """Move only from where it stands in the database now: two people may press at once."""
    fresh = IMRFiling.objects.select_for_update().get(pk=filing.pk)
    if not may_move(fresh.state, to):
        raise NotNow
    filing.state = to
    filing.save(update_fields=["state", "channel", "reference"])


def _not_before(filing: IMRFiling, kind: str, on: date, refusal: type[Refusal]) -> None:
    earlier = Event.objects.standing().filter(case=filing.case, kind=kind).first()
    if earlier and on < earlier.occurred_on:
        raise refusal


def follow_outcome(*, case_id: UUID) -> None:
    """Make the state say what the standing fact says: the fact may have been corrected."""
    fact = Event.objects.standing().filter(case_id=case_id, kind=EventKind.IMR_DECIDED).first()
    if fact is not None:
        IMRFiling.objects.filter(case_id=case_id, state__in=DETERMINED.values()).update(
            state=DETERMINED[fact.details["outcome"]]
        )

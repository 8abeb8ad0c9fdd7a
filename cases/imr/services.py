"""Acts on an IMR filing. Each move is guarded and writes the fact it stands on."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from cases.casefile.models import Case, DenialReason, Event, EventKind
from cases.casefile.queries import denial_of
from cases.casefile.services import record_event
from cases.deadlines.engine import PACIFIC, explain
from cases.deadlines.rules import load_rulebook
from cases.imr.lifecycle import DETERMINED, may_move
from cases.imr.models import IMRFiling, State


class NotNow(Refusal):
    words = "This filing has moved on. Open the case again to see where it stands"


class NoGrievance(Refusal):
    words = "File the grievance first. The department closes a case that skips it"


class TooEarly(Refusal):
    """The department closes an application that comes before the 30 days are over (H&S 1368.03(a))."""


class GaveIn(Refusal):
    words = "The plan gave in: there is nothing left to review"


class BeforeFiling(Refusal):
    words = "Enter a day on or after the day the application was filed"


class BeforeDecision(Refusal):
    words = "Enter a day on or after the day of the decision"


@transaction.atomic
def file_imr(
    *, case: Case, filed_on: date, channel: str, reference: str, by: User, now: datetime
) -> IMRFiling:
    """Record that the application went to the department.

    Raises: NoGrievance, TooEarly, GaveIn, NotNow, casefile.FactInFuture.
    """
    require_exhausted(case, on=filed_on)
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


def require_exhausted(case: Case, *, on: date) -> None:
    """Refuse a filing that the department would close (H&S 1374.30(j)(3), 1368.03(a)).

    An experimental denial needs no grievance (28 CCR 1300.70.4(b)(2)).

    Raises: NoGrievance, TooEarly, GaveIn.
    """
    denial = denial_of(case)
    if denial is not None and denial.reason == DenialReason.EXPERIMENTAL:
        return
    events = Event.objects.standing().filter(case=case)
    answer = events.filter(kind=EventKind.GRIEVANCE_ANSWERED).first()
    if answer is not None and answer.details.get("outcome") == "overturned":
        raise GaveIn
    if answer is not None and answer.occurred_on <= on:
        return
    filed = events.filter(kind=EventKind.GRIEVANCE_FILED).order_by("occurred_on").first()
    if filed is None:
        raise NoGrievance
    opens_on = wait_ends(filed.occurred_on)
    if on < opens_on:
        raise TooEarly(f"Too early: you can file from {legal_day(opens_on)}, or once the plan has answered")


def wait_ends(filed_on: date) -> date:
    """Return the first day on which an unanswered grievance may go to the department.

    Both departments' statutes say 30 days (H&S 1374.30(j)(3), Ins. 10169(j)(3)), so a plan under CDI,
    which has no clocks here yet, is held to it too.
    """
    at_noon = datetime.combine(filed_on, time(12), PACIFIC)
    explained = explain(load_rulebook().rule("dmhc-wait-30d", filed_on), triggered_at=at_noon)
    return explained.opens_on or filed_on


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

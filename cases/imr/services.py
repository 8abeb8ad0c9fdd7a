"""Acts on an IMR filing. Each move is guarded and writes the fact it stands on."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from cases.appeals import services as appeals
from cases.casefile.models import Case, Event, EventKind
from cases.casefile.services import follow_up, record_move
from cases.clients.queries import department_of
from cases.clients.services import require_authority
from cases.deadlines import services as deadlines
from cases.deadlines.calendars import state_office
from cases.deadlines.derivation import OVERTURNED, Part
from cases.deadlines.models import Deadline
from cases.grievances import queries as grievance_queries
from cases.grievances import services as grievances
from cases.imr import queries
from cases.imr.eligibility import Eligibility, Stop
from cases.imr.lifecycle import DETERMINED, LIFE
from cases.imr.models import IMRFiling

CONFIRM_AFTER = timedelta(days=7)


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


class LateNeedsCause(Refusal):
    words = "The six months are over. Say why it is late: the department may still take it"
    field = "late_because"


REFUSALS: dict[Stop, type[Refusal]] = {
    Stop.NO_REFUSAL: NoRefusal,
    Stop.GAVE_IN: GaveIn,
    Stop.COVERAGE: CoverageDispute,
    Stop.NO_GRIEVANCE: NoGrievance,
    Stop.TOO_EARLY: TooEarly,
}


@transaction.atomic
def file_imr(
    *,
    case: Case,
    filed_on: date,
    channel: str,
    reference: str,
    by: User,
    now: datetime,
    late_because: str = "",
    filed_at: datetime | None = None,
    speaker: str = "",
    because: str = "",
) -> IMRFiling:
    """Record that the application went to the department; the grievance is then in its hands.

    Raises: NoRefusal, GaveIn, CoverageDispute, NoGrievance, TooEarly, LateNeedsCause, casefile.MovedOn,
        casefile.FactInFuture,
        clients.NoAuthority.
    """
    found = require_eligible(case, on=filed_on)
    if found.is_late and not late_because.strip():
        raise LateNeedsCause
    body = department_of(case.coverage)
    who = require_authority(client=case.client, body=body, speaker=speaker, because=because, on=filed_on)
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    filing, _ = IMRFiling.objects.get_or_create(
        case=case, defaults={"client_id": case.client_id, "created_at": now}
    )
    filing.channel, filing.reference = channel, reference.strip()
    details = {"channel": channel, "reference": filing.reference, **who}
    if found.is_late:
        details["late_because"] = late_because.strip()
    record_move(row=filing, move=LIFE.move("file"), on=filed_on, at=filed_at, details=details, by=by, now=now)
    filing.save(update_fields=["channel", "reference"])
    grievances.escalate(case=case)
    if Part.ACCEPT not in grievance_queries.track(case):
        # No number of days in law: ours to ask after (Ins. 10169.1(b) says "immediately").
        what = "Confirm that the department has the IMR application"
        follow_up(case=case, what=what, due_on=filed_on + CONFIRM_AFTER, by=by, now=now)
    return filing


def require_eligible(case: Case, *, on: date) -> Eligibility:
    """Refuse a filing that the department would close; conditions that are only missing do not stop it.

    Raises: NoRefusal, GaveIn, CoverageDispute, NoGrievance, TooEarly.
    """
    found = queries.eligibility_of(case, on=on)
    if found.stop is not None:
        raise REFUSALS[found.stop](found.words)
    return found


@transaction.atomic
def record(
    *,
    filing: IMRFiling,
    move: str,
    on: date,
    by: User,
    now: datetime,
    at: datetime | None = None,
    outcome: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record one move of the table by its name. What the department does not take becomes a complaint.

    Raises: casefile.MovedOn, casefile.BeforeEarlier, casefile.FactInFuture, deadlines.BeforeItsStart.
    """
    record_move(
        row=filing, move=LIFE.move(move), on=on, at=at, outcome=outcome, details=details, by=by, now=now
    )
    if move == "rejected":
        # Never a closed case: H&S 1374.31(b) makes it a complaint at once.
        appeals.open_from_review(case=filing.case, on=on, at=at, by=by, now=now)
    if move == "extended":
        reason = str((details or {}).get("reason") or "The department extended the time")
        _extend_the_decision(filing.case, on=on, reason=reason, by=by, now=now)
    if move == "decided" and outcome in OVERTURNED:
        _watch_the_plan(filing.case, on=on, by=by, now=now)


def _watch_the_plan(case: Case, *, on: date, by: User, now: datetime) -> None:
    """Ask after five working days, by our own policy, where the law names no day (Ins. 10169.3)."""
    if Part.CARRY_OUT not in grievance_queries.track(case):
        what = "Ask whether the insurer gives the care: the law names no day"
        follow_up(case=case, what=what, due_on=state_office.add_business_days(on, 5), by=by, now=now)


def _extend_the_decision(case: Case, *, on: date, reason: str, by: User, now: datetime) -> None:
    """Lengthen the reviewer's clock by what the law allows (H&S 1374.33(c), Ins. 10169.3(c))."""
    track = grievance_queries.track(case)
    rules = [track[Part.DECIDE], track[Part.DECIDE_EXPERIMENTAL]]
    running = Deadline.objects.open().filter(case=case, rule__in=rules, extended_on=None).first()
    if running is not None:
        deadlines.extend_time(deadline=running, on=on, reason=reason, by=by, now=now)


def follow_outcome(*, case_id: UUID) -> None:
    """Make the state say what the standing fact says: the fact may have been corrected."""
    facts = Event.objects.standing().filter(case_id=case_id, kind=EventKind.IMR_DECIDED)
    fact = facts.order_by("-occurred_on", "-recorded_at", "-pk").first()
    if fact is not None:
        IMRFiling.objects.filter(case_id=case_id, state__in=DETERMINED.values()).update(
            state=DETERMINED[fact.details["outcome"]]
        )

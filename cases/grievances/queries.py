"""Reading grievances."""

from datetime import date, datetime, time
from uuid import UUID

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case, Urgency
from cases.casefile.queries import visible_to
from cases.deadlines.derivation import FILED, Part, Track, track_of
from cases.deadlines.engine import PACIFIC, explain
from cases.deadlines.queries import firsts_in
from cases.deadlines.rules import load_rulebook
from cases.grievances.models import Grievance


def grievance_for(actor: Actor, *, grievance_id: UUID) -> Grievance:
    """Load the grievance of a visible case.

    Raises: Grievance.DoesNotExist.
    """
    grievances = Grievance.objects.select_related("case__client", "case__coverage")
    return grievances.filter(case__in=visible_to(actor)).get(pk=grievance_id)


def of_case(case: Case) -> QuerySet[Grievance]:
    """Return the grievance of a case: one row, or none."""
    return Grievance.objects.filter(case=case)


def track(case: Case) -> Track:
    """Return the rules the case follows."""
    regulator = case.coverage.regulator if case.coverage else ""
    return track_of(regulator, urgent=case.urgency == Urgency.EXPEDITED)


def opens_on(case: Case) -> date | None:
    """Return the first day on which the unanswered grievance may go to the department; None without one."""
    filed = firsts_in(case).get(FILED)
    return wait_ends(filed.on, track(case)) if filed else None


def wait_ends(filed_on: date, track: Track) -> date:
    """Return the first day on which a grievance filed on that day may go to the department unanswered."""
    at_noon = datetime.combine(filed_on, time(12), PACIFIC)
    explained = explain(load_rulebook().rule(track[Part.WAIT], filed_on), triggered_at=at_noon)
    return explained.opens_on or filed_on

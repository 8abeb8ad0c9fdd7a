"""Reading grievances."""

from uuid import UUID

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case
from cases.casefile.queries import visible_to
from cases.grievances.models import Grievance


def grievance_for(actor: Actor, *, grievance_id: UUID) -> Grievance:
    """Load the grievance of a visible case.

    Raises: Grievance.DoesNotExist.
    """
    grievances = Grievance.objects.select_related("case__client", "case__coverage")
    return grievances.filter(case__in=visible_to(actor)).get(pk=grievance_id)


def of_case(case: Case) -> Grievance | None:
    """Return the grievance of a case, or None."""
    return Grievance.objects.filter(case=case).first()

"""Reading complaints to the department."""

from uuid import UUID

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from cases.appeals.models import Appeal
from cases.casefile.models import Case
from cases.casefile.queries import visible_to


def appeal_for(actor: Actor, *, appeal_id: UUID) -> Appeal:
    """Load the complaint of a visible case.

    Raises: Appeal.DoesNotExist.
    """
    appeals = Appeal.objects.select_related("case__client", "case__coverage")
    return appeals.filter(case__in=visible_to(actor)).get(pk=appeal_id)


def of_case(case: Case) -> QuerySet[Appeal]:
    """Return the complaint of a case: one row, or none."""
    return Appeal.objects.filter(case=case)

"""Reading IMR filings."""

from uuid import UUID

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case
from cases.casefile.queries import visible_to
from cases.imr.models import IMRFiling


def filing_for(actor: Actor, *, filing_id: UUID) -> IMRFiling:
    """Load the filing of a visible case.

    Raises: IMRFiling.DoesNotExist.
    """
    filings = IMRFiling.objects.select_related("case__client", "case__coverage")
    return filings.filter(case__in=visible_to(actor)).get(pk=filing_id)


def of_case(case: Case) -> IMRFiling | None:
    """Return the filing of a case, or None."""
    return IMRFiling.objects.filter(case=case).first()

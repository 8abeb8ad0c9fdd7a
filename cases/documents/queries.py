"""Which papers an actor may open."""

from typing import Any
from uuid import UUID

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case
from cases.casefile.queries import visible_to
from cases.documents.models import Document


def document_for(actor: Actor, *, document_id: UUID) -> Document:
    """Load one paper of a visible case.

    Raises: Document.DoesNotExist.
    """
    return Document.objects.filter(case__in=visible_to(actor)).get(pk=document_id)


def papers_of(case: Case) -> Any:
    """Return the papers of a case, newest first."""
    return Document.objects.filter(case=case).select_related("uploaded_by").order_by("-uploaded_at")

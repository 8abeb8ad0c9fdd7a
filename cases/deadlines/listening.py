"""Recompute in the transaction that changed the fact: a deadline is never older than its facts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from advocacy.kernel.facts import facts_changed
from cases.casefile.models import Case
from cases.deadlines import services


@receiver(facts_changed)
def recompute_changed(client_id: UUID, case_id: UUID | None, now: datetime, **_later: Any) -> None:
    cases = Case.objects.filter(client_id=client_id).select_related("coverage")
    if case_id is not None:
        cases = cases.filter(pk=case_id)
    services.recompute_many(cases=cases, now=now)

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
    case_ids = [case_id] if case_id else Case.objects.filter(client_id=client_id).values_list("pk", flat=True)
    services.recompute_many(case_ids=case_ids, now=now)

"""A corrected outcome corrects the state that rests on it."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from advocacy.kernel.facts import facts_changed
from cases.casefile.models import EventKind
from cases.imr import services


@receiver(facts_changed)
def follow_corrected_outcome(case_id: UUID | None, kind: str = "", **_later: Any) -> None:
    if case_id is not None and kind == EventKind.IMR_DECIDED:
        services.follow_outcome(case_id=case_id)

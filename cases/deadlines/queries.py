"""Reading deadlines: of a case, of everyone, and one with what stands beside it."""

from datetime import date
from typing import Any
from uuid import UUID

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case, Event
from cases.casefile.queries import standing_events, visible_to
from cases.deadlines.derivation import Fact, firsts_of
from cases.deadlines.models import Deadline


def deadline_for(actor: Actor, *, case_id: UUID, deadline_id: UUID) -> Deadline:
    """Load one deadline of a visible case, any version.

    Raises: Deadline.DoesNotExist.
    """
    deadlines = Deadline.objects.select_related(
        "case__client", "case__coverage", "case__owner", "trigger", "met_by", "seen_by", "doubted_by"
    )
    return deadlines.filter(case__in=visible_to(actor), case_id=case_id).get(pk=deadline_id)


def of_case(case: Case) -> list[Deadline]:
    """Return every version of every clock of the case, soonest first."""
    return list(
        Deadline.objects.filter(case=case).select_related("trigger", "seen_by").order_by("act_at", "version")
    )


def open_for(actor: Actor) -> Any:
    """Return the open deadlines of the open cases the actor may see, soonest first."""
    return (
        Deadline.objects.open()
        .filter(case__in=visible_to(actor).open())
        .select_related("case__client", "case__coverage", "case__owner", "trigger")
        .order_by("act_at", "pk")
    )


def facts_of(case: Case) -> list[Fact]:
    """Return the standing facts of a case as the clocks read them."""
    return [_fact(event) for event in standing_events(case)]


def firsts_in(case: Case) -> dict[str, Fact]:
    """Return the earliest standing fact of each kind, without those a later withdrawal took back."""
    return firsts_of(facts_of(case))


def _fact(event: Event) -> Fact:
    received_on = event.details.get("received_on")
    return Fact(
        id=event.pk,
        kind=event.kind,
        on=event.occurred_on,
        at=event.occurred_at,
        outcome=str(event.details.get("outcome", "")),
        reason=str(event.details.get("reason", "")),
        received_on=date.fromisoformat(received_on) if received_on else None,
    )

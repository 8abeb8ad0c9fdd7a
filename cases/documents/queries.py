"""Which papers an actor may open, and which a case needs."""

from itertools import groupby
from typing import Any
from uuid import UUID

from advocacy.accounts.doors import Actor
from advocacy.kernel.lifecycle import Move
from cases.casefile.models import Case, DenialReason, Urgency
from cases.casefile.queries import denial_of, standing_events, visible_to
from cases.clients.models import Regulator
from cases.documents.checklist import Found, Need, Stage, Step, check, needed, stage_of
from cases.documents.models import Document, PaperKind


def document_for(actor: Actor, *, document_id: UUID) -> Document:
    """Load one paper of a visible case.

    Raises: Document.DoesNotExist.
    """
    papers = Document.objects.sorted_as().select_related("case__client", "case__owner")
    return papers.filter(case__in=visible_to(actor)).get(pk=document_id)


def papers_of(case: Case) -> Any:
    """Return the papers of a case with the kind that stands, newest first."""
    papers = Document.objects.sorted_as().filter(case=case)
    return papers.select_related("uploaded_by").order_by("-uploaded_at")


def checklist_of(case: Case, papers: list[Document]) -> list[Found[Any]]:
    """Return which papers the case needs where it stands, each with those that are there."""
    return check(_needs(case, _stage(case)), papers)


def _stage(case: Case) -> Stage:
    return stage_of({event.kind: str(event.details.get("outcome", "")) for event in standing_events(case)})


def _needs(case: Case, *stages: Stage) -> list[Need]:
    """Return what the case needs in these stages, in turn."""
    denial = denial_of(case)
    reason = denial.reason if denial else ""
    return [
        need
        for stage in stages
        for need in needed(
            stage,
            case.coverage.regulator if case.coverage else Regulator.UNKNOWN,
            urgent=case.urgency == Urgency.EXPEDITED,
            experimental=reason == DenialReason.EXPERIMENTAL,
            reason=reason,
        )
    ]


def papers_of_move(case: Case, move: Move) -> list[tuple[str, Found[Any]]]:
    """Return the papers of a move that this case has a use for: the words for each, and what is there.

    The stage in which the case stands says what; what only later stages ask for is a paper of the department.
    """
    if not move.papers:
        return []
    later = [need for need in _needs(case, *Stage) if need.step in {Step.DEPARTMENT, Step.DECIDED}]
    now = _needs(case, _stage(case))
    if move.fact.startswith("grievance"):
        # Of a paper that both the plan and the department want, what the plan wants it for.
        now.reverse()
    needs = {need.kind: need for need in (*later, *now)}
    wanted = check([needs[kind] for kind in move.papers if kind in needs], list(papers_of(case)))
    return [(str(PaperKind(each.need.kind).label), each) for each in wanted]


def by_step(found: list[Found[Any]]) -> list[tuple[str, list[tuple[str, Found[Any]]]]]:
    """Group a checklist by its steps; each need with the words for its kind."""
    return [
        (str(step), [(str(PaperKind(each.need.kind).label), each) for each in of_step])
        for step, of_step in groupby(found, key=lambda each: each.need.step)
    ]

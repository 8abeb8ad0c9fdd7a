"""One case, whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from advocacy.accounts.doors import Actor
from advocacy.accounts.roles import Permission
from advocacy.dashboard import progress
from advocacy.dashboard.queries.ledger import Sent, ledger
from advocacy.dashboard.queries.rows import Row, ranked, row, today_of
from advocacy.kernel import clock
from advocacy.kernel.reads import together
from cases.appeals import queries as appeals
from cases.casefile.models import Case
from cases.casefile.queries import denials_of, events_of, notes_of, readers_of, timeline, visible_to
from cases.deadlines import queries as deadlines
from cases.deadlines.derivation import not_taken_back
from cases.deadlines.models import Deadline
from cases.deadlines.wording import by_part, is_fatal_soon
from cases.documents.queries import papers_of
from cases.grievances import queries as grievances
from cases.imr import queries as imr
from cases.messages import queries as messages
from reminders.queries import OwnNudge, nudges_in, nudges_of, own_nudges

FILINGS = {"grievances:file", "imr:file", "appeals:file"}


@dataclass
class CasePage:
    case: Case
    standing: progress.Standing
    rows: list[Row]
    past: list[Row]
    facts: list[tuple[str, str]]
    denial: Any
    papers: list[Any]
    sent: list[Sent]
    entries: list[Any]
    next_act: tuple[str, str]
    other_acts: list[tuple[str, str]]
    headline: Row | None
    today: date
    warnings: list[str]
    talk: list[Any]
    unread: int
    readers: list[Any]
    nudges: list[OwnNudge]


def case_with_nudges(actor: Actor, *, case_id: UUID) -> Case:
    """Load one visible case as `case_for` does, with the actor's own reminders of it.

    Raises: Case.DoesNotExist.
    """
    own = own_nudges(nudges_of(actor).filter(case_id=case_id))
    found = visible_to(actor).select_related("client", "coverage", "owner").annotate(own_nudges=own)
    return found.get(pk=case_id)


def case_page(actor: Actor, case: Case) -> CasePage:
    """Return everything the case page shows."""
    day, _ = today_of(actor)
    every, facts, notes, denials, complaints, filings, appeals_, talk, papers, readers = together(
        deadlines.of_case(case),
        events_of(case),
        notes_of(case),
        denials_of(case),
        grievances.of_case(case),
        imr.of_case(case),
        appeals.of_case(case),
        messages.of_case(case),
        papers_of(case),
        readers_of(case.client),
    )
    for deadline in every:
        deadline.case = case
    live = [each for each in every if each.state != "superseded"]
    entries = timeline(facts, notes)
    events = [fact for fact in facts if not fact.is_corrected]
    rows_of = {
        feature: next(iter(found), None)
        for feature, found in (("grievances", complaints), ("imr", filings), ("appeals", appeals_))
    }
    denial = next(iter(denials), None)
    where = progress.standing(events, live, day, clock.now())
    rows = [row(actor, each, day) for each in ranked(live, day) if each.state == "open"]
    return CasePage(
        case=case,
        standing=where,
        rows=rows,
        past=[row(actor, each, day) for each in every if each.state != "open"],
        facts=_facts(case, where),
        denial=denial,
        papers=papers,
        sent=ledger(events, live, day),
        entries=entries,
        next_act=_act(actor, where.next_act, case, rows_of),
        other_acts=_other_acts(actor, where.next_act, case, rows_of, refused=denial is not None),
        headline=_headline(rows, progress.act_words(where.next_act), day),
        today=day,
        warnings=_warnings(case, {event.kind for event in not_taken_back(events)}, live, day),
        talk=talk,
        unread=sum(1 for each in talk if each.from_client and each.read_at is None),
        readers=[each for each in readers if each.accepted_at],
        nudges=nudges_in(case.own_nudges),  # type: ignore[attr-defined]  # of case_with_nudges
    )


def _warnings(case: Case, kinds: set[str], live: list[Deadline], day: date) -> list[str]:
    """What the dates of this case rest on, or leave open: said, never left silent. `kinds` of its facts."""
    regulator = case.coverage.regulator if case.coverage else "unknown"
    found = []
    if regulator == "unknown":
        found.append(
            "We do not know who regulates this plan. The dates of both departments are shown as possible. "
            "Work to the earlier one, and find out: the card, the evidence of coverage, the phone number."
        )
    if case.urgency == "expedited" and not kinds & progress.AT_THE_DEPARTMENT:
        found.append(_urgent(regulator, filed="grievance_filed" in kinds))
    if progress.is_not_carried_out(by_part(live), day):
        found.append(
            "The plan has not carried the decision out in time. It owes at least $5,000 for each day "
            "(Health & Safety Code § 1374.34(b)). Call the plan today, then tell DMHC and record it here."
        )
    return found


def _urgent(regulator: str, *, filed: bool) -> str:
    """What an urgent case asks for until it is with the department."""
    if regulator == "cdi":
        begin = "This case is urgent." if filed else "This case is urgent. Call the insurer today."
        return f"{begin} CDI takes it after 3 days, or sooner if it waives them: ask."
    begin = "" if filed else " Call the plan today: its 3 days start with the call."
    return f"This case is urgent.{begin} You need not wait for the plan: DMHC takes an urgent case at once."


def _headline(rows: list[Row], act: str, day: date) -> Row | None:
    """Return the date of ours to show first: the soonest; of two ways, that of the act which is offered."""
    ours = [each for each in rows if each.deadline.direction == "ours"]
    if not ours or is_fatal_soon(ours[0].deadline, day):
        return ours[0] if ours else None
    return next((each for each in ours if each.verb == act), ours[0])


def _facts(case: Case, where: progress.Standing) -> list[tuple[str, str]]:
    coverage = case.coverage
    return [
        ("Plan", coverage.plan_name if coverage else "Not known yet"),
        (
            "Regulator",
            coverage.regulator_words if coverage else "Not known yet",
        ),
        ("Urgency", "Urgent" if case.urgency == "expedited" else "Standard"),
        ("Whose move", where.move),
        ("Language", case.client.get_language_display()),
        ("Owner", case.owner.name),
    ]


def _act(actor: Actor, act: str, case: Case, rows: Mapping[str, Any]) -> tuple[str, str]:
    """Return the words and the address of an act; ("", "") where there is none, or not for this role."""
    if not act or (act in FILINGS and not actor.can(Permission.FILE)):
        return "", ""
    feature, _, name = act.partition(":")
    about = case if name == "file" or feature not in rows else rows[feature]
    if about is None:
        return "", ""
    return progress.act_words(act), reverse(act, args=[actor.organisation.slug, about.pk])


def _other_acts(
    actor: Actor, next_act: str, case: Case, rows: Mapping[str, Any], *, refused: bool
) -> list[tuple[str, str]]:
    """Return what else can be recorded of the case. Without a refusal there is nothing to appeal."""
    if not refused:
        return []
    acts = [
        act
        for feature, about in rows.items()
        for act in progress.offered(feature, about.state if about else progress.LIVES[feature].start)
        if act != next_act
    ]
    return [found for act in acts if (found := _act(actor, act, case, rows))[1]]

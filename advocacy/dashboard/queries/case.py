"""One case, whole."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from advocacy.accounts.doors import Actor
from advocacy.accounts.roles import Permission
from advocacy.dashboard import progress
from advocacy.dashboard.queries.rows import Row, ranked, row, today_of
from cases.casefile.models import Case
from cases.casefile.queries import denial_of, readers_of, standing_events, timeline
from cases.deadlines import queries as deadlines
from cases.documents.queries import papers_of
from cases.grievances import queries as grievances
from cases.imr import queries as imr
from cases.messages import queries as messages

FILINGS = {"grievances:file", "imr:file"}


@dataclass
class CasePage:
    case: Case
    standing: progress.Standing
    rows: list[Row]
    past: list[Row]
    facts: list[tuple[str, str]]
    denial: Any
    papers: list[Any]
    entries: list[Any]
    next_url: str
    other_acts: list[tuple[str, str]]
    headline: Row | None
    today: date
    warnings: list[str]
    talk: list[Any]
    unread: int
    readers: list[Any]


def case_page(actor: Actor, case: Case) -> CasePage:
    """Return everything the case page shows."""
    day, _ = today_of(actor)
    every = deadlines.of_case(case)
    for deadline in every:
        deadline.case = case
    live = [each for each in every if each.state != "superseded"]
    events = standing_events(case)
    grievance, filing = grievances.of_case(case), imr.of_case(case)
    denial = denial_of(case)
    talk = messages.of_case(case)
    where = progress.standing(events, live, day)
    subjects = {"case": case, "grievance": grievance, "filing": filing}
    rows = [row(actor, each, day) for each in ranked(live, day) if each.state == "open"]
    return CasePage(
        case=case,
        standing=where,
        rows=rows,
        past=[row(actor, each, day) for each in every if each.state != "open"],
        facts=_facts(case, where),
        denial=denial,
        papers=list(papers_of(case)),
        entries=timeline(case),
        next_url=_act_url(actor, where.next_act, subjects),
        other_acts=[(act.words, _act_url(actor, act, subjects)) for act in where.other_acts],
        headline=next((each for each in rows if each.deadline.direction == "ours"), None),
        today=day,
        warnings=_warnings(case),
        talk=talk,
        unread=sum(1 for each in talk if each.from_client and each.read_at is None),
        readers=[each for each in readers_of(case.client) if each.accepted_at],
    )


def _warnings(case: Case) -> list[str]:
    """What the dates of this case rest on, or leave open: said, never left silent."""
    regulator = case.coverage.regulator if case.coverage else "unknown"
    found = []
    if regulator == "unknown":
        found.append("We do not know who regulates this plan. The dates below hold if it is DMHC: find out.")
    if case.urgency == "expedited":
        found.append(
            "This case is urgent. Call the insurer today. CDI takes it after 3 days, or sooner if it "
            "waives them: ask."
            if regulator == "cdi"
            else "This case is urgent. Call the plan today: its 3 days start with the call. "
            "You need not wait for it: DMHC takes an urgent case at once."
        )
    return found


def _facts(case: Case, where: progress.Standing) -> list[tuple[str, str]]:
    coverage = case.coverage
    return [
        ("Plan", coverage.plan_name if coverage else "Not known yet"),
        (
            "Regulator",
            coverage.regulator.upper() if coverage and coverage.regulator != "unknown" else "Not known yet",
        ),
        ("Urgency", "Urgent" if case.urgency == "expedited" else "Standard"),
        ("Whose move", where.move),
        ("Language", case.client.get_language_display()),
        ("Owner", case.owner.name),
    ]


def _act_url(actor: Actor, act: progress.NextAct | None, subjects: dict[str, Any]) -> str:
    if act is None or subjects[act.subject] is None:
        return ""
    # What the role may not do is not offered.
    if act.url_name in FILINGS and not actor.can(Permission.FILE):
        return ""
    return reverse(act.url_name, args=[actor.organisation.slug, subjects[act.subject].pk])

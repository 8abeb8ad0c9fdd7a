"""The lists: dates behind Today's counts, and cases."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page

from advocacy.accounts.doors import Actor
from advocacy.dashboard import progress
from advocacy.dashboard.queries.rows import SHOWS, Row, open_deadlines, ranked, row, today_of
from advocacy.kernel import clock
from advocacy.kernel.paging import page_with
from cases.casefile.models import Case
from cases.casefile.queries import by_case, standing_events_in, visible_to
from cases.deadlines.models import Deadline
from cases.deadlines.wording import Badge, badge

PAGE = 25
UNKNOWN = Badge("unknown", "Date not known", "needs the letter", "")
NO_DATE = Badge("unknown", "No date runs", "see the case", "")


@dataclass(frozen=True)
class Dates:
    """One list of dates, with the names of the others."""

    title: str
    show: str
    whose: str
    rows: list[Row]
    tabs: list[dict[str, Any]]


def dates(actor: Actor, *, whose: str, show: str) -> Dates:
    """Return one of the lists behind Today's counts, soonest first."""
    day, _ = today_of(actor)
    show = show if show in SHOWS else "all"
    every = ranked(open_deadlines(actor, whose), day)
    chosen = [row(actor, each, day) for each in every if SHOWS[show][1](each, day)]
    tabs = [
        {
            "words": title,
            "url": f"?show={key}&whose={whose}",
            "current": key == show,
            "count": sum(1 for each in every if belongs(each, day)),
        }
        for key, (title, belongs) in SHOWS.items()
    ]
    return Dates(SHOWS[show][0], show, whose, chosen, tabs)


def case_list(actor: Actor, *, number: str | None) -> tuple[Page[Case], list[dict[str, Any]]]:
    """Return a page of the open cases, newest first, and its rows: what each must do next, or waits for."""
    day, _ = today_of(actor)
    cases = visible_to(actor).open().select_related("client", "coverage", "owner").order_by("-opened_at")
    page, (dates, facts) = page_with(
        cases,
        lambda shown: [Deadline.objects.standing().filter(case__in=shown), standing_events_in(shown)],
        number=number,
        size=PAGE,
    )
    dates_of, facts_of = by_case(dates), by_case(facts)
    return page, [_case_row(case, facts_of[case.pk], dates_of[case.pk], day) for case in page]


def _case_row(case: Case, facts: list[Any], dates: list[Deadline], day: date) -> dict[str, Any]:
    soonest = next((each for each in ranked(dates, day) if each.state == "open"), None)
    if soonest is not None:
        return {
            "case": case,
            "badge": badge(soonest, day, now=clock.now()),
            "what": progress.verb(soonest, day, clock.now()),
        }
    where = progress.standing(facts, dates, day, clock.now())
    words = progress.act_words(where.next_act) or "Nothing to record"
    return {"case": case, "badge": NO_DATE if facts else UNKNOWN, "what": words}

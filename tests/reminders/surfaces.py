"""Every place that shows when a deadline is, each read as its reader reads it.

`SURFACES`: what is shown at a moment, by the deadline's id: a day, or the instant of a clock in hours.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.deadlines.models import Deadline
from reminders import digest, queries
from reminders.agenda import _line
from reminders.letters import compose
from reminders.models import Reminder
from tests.advocacy.api.asking import Program
from tests.reminders.box import part
from tests.reminders.calendars import ask, events_in

When: TypeAlias = date | datetime
# A row of a table or a list, its badge, and the date's own page.
ROW = re.compile(r"<(?:tr|li)\b")
IN_BADGE = re.compile(r'<span class="badge-words">.*?<time datetime="([^"]+)">', re.DOTALL)
OWN_PAGE = re.compile(r"/dates/([0-9a-f-]{36})/")
IN_DIGEST = re.compile(r"\w{3}, (\w{3} \d+)(?:, (\d{4}))?")
IN_MAIL = re.compile(r"^(?:Our date|Opens|Was due): \w+, (\w+ \d+, \d{4})", re.MULTILINE)


@dataclass
class Looking:
    """One person who looks everywhere, at the moment at which the clock stands."""

    organisation: Organisation
    person: User
    rows: list[Deadline]
    now: datetime
    browser: Client
    program: Program
    # The path of their calendar.
    calendar: str

    def page(self, path: str) -> dict[UUID, When]:
        answer = self.browser.get(f"/o/{self.organisation.slug}/{path}")
        assert answer.status_code == 200
        return in_rows(answer.content.decode())


def when(iso: str) -> When:
    return datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso)


def in_rows(html: str) -> dict[UUID, When]:
    """Return what the badges of a page say, by the date that each row leads to."""
    found = {}
    for row in ROW.split(html)[1:]:
        shown, leads_to = IN_BADGE.search(row), OWN_PAGE.search(row)
        if shown and leads_to:
            found[UUID(leads_to[1])] = when(shown[1])
    return found


def on_case_pages(looking: Looking) -> dict[UUID, When]:
    found: dict[UUID, When] = {}
    for case_id in {row.case_id for row in looking.rows}:
        found |= looking.page(f"cases/{case_id}/")
    return found


def on_today(looking: Looking) -> dict[UUID, When]:
    return looking.page("?whose=me")


def in_mails(looking: Looking) -> dict[UUID, When]:
    """What a reminder would say if it went now. Of their duties mails speak when they are late."""
    found: dict[UUID, When] = {}
    with scope(looking.organisation.pk, door=Door.JOB), transaction.atomic():
        roster, policies = queries.roster(looking.now), queries.policies()
        for row in looking.rows:
            if row.state != "open":
                continue
            reminder = Reminder(
                deadline=row, case=row.case, organisation=looking.organisation, recipient=looking.person
            )
            mail = compose([reminder], uuid4(), roster=roster, policies=policies, now=looking.now)
            assert mail
            said = IN_MAIL.search(part(mail, "plain"))
            assert said
            found[row.pk] = datetime.strptime(said[1], "%B %d, %Y").date()
    return found


def in_the_calendar(looking: Looking) -> dict[UUID, When]:
    found = {}
    for event in events_in(ask(looking.calendar)):
        leads_to = OWN_PAGE.search(str(event["URL"]))
        assert leads_to
        found[UUID(leads_to[1])] = event.decoded("DTSTART")
    return found


def by_the_api(looking: Looking) -> dict[UUID, When]:
    found: dict[UUID, When] = {}
    path: str | None = "deadlines/?limit=100"
    while path:
        answer: Any = looking.program.get(path).json()
        found |= {UUID(row["id"]): when(row["shown_at"] or row["shown_on"]) for row in answer["results"]}
        path = answer["next"] and answer["next"].partition("/api/v1/")[2]
    return found


def in_the_digest(looking: Looking) -> dict[UUID, When]:
    """What the digest would say: of each near date the line it would have."""
    found: dict[UUID, When] = {}
    here = clock.day(looking.now, looking.organisation.zone)
    with scope(looking.organisation.pk, door=Door.JOB), transaction.atomic():
        entries = [digest._entry(row) for row in digest._ask(digest.DATES, until=looking.now + digest.AHEAD)]
    for entry in entries:
        line = _line(entry, here, looking.now)
        said = IN_DIGEST.search(line.when)
        day = datetime.strptime(f"{said[1]} {said[2] or here.year}", "%b %d %Y").date() if said else here
        same = (entry.number, entry.direction, entry.act_at, entry.late_after_at, entry.by_hour)
        for row in (each for each in looking.rows if each.state == "open"):
            if same == (row.case.number, row.direction, row.act_at, row.late_after_at, row.by_hour):
                found[row.pk] = day
    return found


# What shows a date goes in here: the test then holds it to the others.
SURFACES: Mapping[str, Callable[[Looking], dict[UUID, When]]] = {
    "case page": on_case_pages,
    "Today": on_today,
    "mail": in_mails,
    "calendar": in_the_calendar,
    "API": by_the_api,
    "digest": in_the_digest,
}

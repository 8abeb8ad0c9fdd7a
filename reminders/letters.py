"""What a reminder says: case numbers and dates, one link, and nothing of the person or the illness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.kernel import clock, logs
from advocacy.kernel.text import count_of, long_day, time_of_day
from advocacy.mail.messages import Message, can_stand, message_id, render
from cases.deadlines.models import Deadline
from cases.deadlines.rules import load_rulebook
from cases.deadlines.wording import shown
from reminders import to_clients
from reminders.models import EmergencyContact, Reminder
from reminders.planning import CLIENT, ORDINARY, shape_of, steps
from reminders.policy import Family, Policy, family_of
from reminders.roster import Person, Roster

log = logs.get(__name__)


@cache
def warm_up() -> None:
    """Load what every mail needs: the rules, the addresses of pages, the templates.

    Who sends does it first: a third of a second in which nothing is held. Who starts others does it for them.
    What cannot be loaded stops nobody: each mail that needs it fails by itself, and a person is told.
    """
    try:
        load_rulebook()
        reverse("dashboard:deadline", args=["-", UUID(int=0), UUID(int=0)])
        render("reminder", {"direction": "ours", "left": 1})
    except Exception:
        log.exception("mail.not_loaded")


def compose(
    rows: Sequence[Reminder],
    mail_id: UUID,
    *,
    roster: Roster,
    policies: Mapping[Family, Policy],
    now: datetime,
) -> Message | None:
    """Write one mail of these reminders to one person, with today's days left; None of none."""
    if not rows:
        return None
    first = rows[0]
    if first.rung == CLIENT:
        return to_clients.mail(rows, mail_id, roster=roster, now=now)
    reader = _reader(first, roster)
    kind, context = _words(rows, roster, policies, now)
    subject, text, html = render(kind, context | _shared(first, reader))
    return Message(
        to=first.told_address,
        subject=subject,
        text=text,
        html=html,
        message_id=message_id(organisation_id=first.organisation_id, row_id=mail_id),
        from_name=first.organisation.name,
        reply_to=(reader.email,) if reader else (),
        keep_here=first.organisation.is_demo,
    )


def _words(
    rows: Sequence[Reminder], roster: Roster, policies: Mapping[Family, Policy], now: datetime
) -> tuple[str, dict[str, Any]]:
    """Return which mail it is, and what only this one says."""
    first = rows[0]
    if first.contact:
        return "reminder_contact", _for_contact(rows, now)
    if len(rows) == 1 and first.deadline:
        policy = policies[family_of(first.deadline.rule)]
        return "reminder", _one(first, first.deadline, roster, policy, now)
    return "reminder_day", _many(rows, now)


def _told(row: Reminder) -> User | EmergencyContact:
    found = row.recipient or row.contact
    if found is None:
        raise LookupError("a mail to nobody")
    return found


def _shared(first: Reminder, reader: Person | None) -> dict[str, Any]:
    return {
        "organisation": first.organisation,
        "recipient": _told(first),
        "reader": reader,
        "site": settings.BASE_URL.partition("://")[2],
    }


def _one(row: Reminder, deadline: Deadline, roster: Roster, policy: Policy, now: datetime) -> dict[str, Any]:
    address = reverse("dashboard:deadline", args=[row.organisation.slug, row.case_id, deadline.pk])
    return _line(row, now) | {
        "last_lawful": long_day(deadline.last_lawful_on, with_year=True),
        "has_last_lawful": deadline.last_lawful_on != deadline.act_on,
        "seen": deadline.seen_at is not None,
        "escalated": row.rung > ORDINARY,
        "owner": row.case.owner,
        "next_told": next_told(deadline, row.case.owner_id, roster, policy, now),
        "link": f"{settings.BASE_URL}{address}",
    }


def _many(rows: Sequence[Reminder], now: datetime) -> dict[str, Any]:
    address = reverse("dashboard:today", args=[rows[0].organisation.slug])
    return {
        "lines": [_line(row, now) for row in rows],
        "more": len(rows) - 1,
        "link": f"{settings.BASE_URL}{address}",
    }


def _for_contact(rows: Sequence[Reminder], now: datetime) -> dict[str, Any]:
    """Somebody outside hears that a date needs somebody, and of no case."""
    days = sorted(shown(row.deadline, now).on for row in rows if row.deadline)
    return {"day": long_day(days[0], with_year=True), "count": len(rows)}


def _line(row: Reminder, now: datetime) -> dict[str, Any]:
    """One date in words. Today is the reader's; the day is California's, as the law counts it."""
    if row.deadline is None:
        return {"number": row.case.number, "direction": "nudge"}
    day = shown(row.deadline, now).on
    left = (day - clock.day(now, row.zone)).days
    return {
        "number": row.case.number,
        "direction": row.deadline.direction,
        "owed_by": row.deadline.owed_by,
        "day": long_day(day, with_year=True),
        "weekday": f"{day:%A}",
        "left": left,
        "left_words": _left_words(left),
        "escalated": row.rung > ORDINARY,
        "owner": row.case.owner,
    }


@dataclass(frozen=True)
class Next:
    """Who is told next, and when, in words."""

    names: str
    when: str
    several: bool


def next_told(
    deadline: Deadline, owner_id: UUID, roster: Roster, policy: Policy, now: datetime
) -> Next | None:
    """Return who is told next while nobody acknowledges, None if nobody is."""
    ladder = roster.ladder(owner_id, policy.also)
    coming = []
    for rung, people in enumerate(ladder, start=1):
        zone = people[0].zone
        found = steps(shape_of(deadline), policy, today=clock.day(now, zone), zone=zone)
        coming += [(step.at, people, zone) for step in found if step.rung == rung and step.at > now]
    if not coming:
        return None
    at, people, zone = min(coming, key=lambda each: each[0])
    names = " and ".join(person.name for person in people)
    return Next(names, f"{long_day(clock.day(at, zone))} at {time_of_day(at, zone)}", len(people) > 1)


def _reader(first: Reminder, roster: Roster) -> Person | None:
    """Who reads an answer to this mail: whoever is asked next, else another who leads here."""
    groups = [*roster.ladder(first.case.owner_id), roster.leading()]
    others = (each for group in groups for each in group if not each.is_contact)
    return next((each for each in others if each.id != _told(first).pk and can_stand(each.email)), None)


def _left_words(left: int) -> str:
    if left == 0:
        return "today"
    return f"{count_of(left, 'day')} left" if left > 0 else f"{count_of(-left, 'day')} past"

"""A calendar file from dates. Pure: the same dates give the same bytes, whenever they are asked for.

A calendar lies open on a phone, a wall, a colleague's screen: an entry says that there is a date, and nothing
of whom, of what illness, of which plan or authority, not even to who may know it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vDuration, vText

from cases.deadlines.wording import OVER, Dated, has_turned

# How often a calendar should ask. Most ask when they like.
ASK_EVERY: Final = timedelta(hours=1)
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
WORDS: Final = {"ours": "Due", "theirs": "Waiting", "opens": "Opens"}


@dataclass(frozen=True)
class Entry:
    """One entry: a whole day, or the instant of a clock in hours."""

    uid: str
    # Rises with each change: a calendar keeps the entry with the higher number.
    sequence: int
    changed_at: datetime
    when: date | datetime
    title: str
    status: str = CONFIRMED
    words: str = ""
    url: str = ""


def title_of(deadline: Dated, number: str) -> str:
    """Return `Due: case 26-0142`: whose clock it is, and a number that tells nothing to strangers."""
    if deadline.state == "met":
        word = "Done"
    else:
        word = "Canceled" if deadline.state in OVER else WORDS[deadline.direction]
    return f"{word}: case {number}"


def status_of(deadline: Dated) -> str:
    """Return what a calendar crosses out, and what it keeps: what was done is no canceled entry."""
    return CANCELLED if deadline.state in OVER else CONFIRMED


def sequence_of(deadline: Dated, revisions: int, now: datetime) -> int:
    """Return a number that rises with each revision, and when their day to be asked gives way to the last."""
    return 2 * revisions + (deadline.state == "open" and has_turned(deadline, now))


def changed_at(deadline: Dated, row_changed_at: datetime, now: datetime) -> datetime:
    """Return when what is shown last changed: with the row, or when their day to be asked had passed."""
    if deadline.state == "open" and has_turned(deadline, now):
        return max(row_changed_at, deadline.act_at)
    return row_changed_at


def as_bytes(name: str, entries: Iterable[Entry], *, language: str = "en") -> bytes:
    """Return the file (RFC 5545), its entries by their day."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Advocacy//Dates//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # What the library does not know it would not escape.
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", ASK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText(vDuration(ASK_EVERY).to_ical().decode()))
    for entry in sorted(entries, key=lambda each: (_day(each.when), each.uid)):
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.when)
    event.add("summary", entry.title)
    event.add("status", entry.status)
    # It takes nobody's time, and where calendars are shared others see no more than that there is one.
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if entry.words:
        event.add("description", entry.words)
    if entry.url:
        event.add("url", entry.url)
    return event


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when

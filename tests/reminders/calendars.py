"""What the tests of calendars share: a phone that asks for one, and what it makes of the answer."""

from datetime import date, datetime
from typing import Any

import icalendar
from django.db import transaction
from django.test import Client

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.clients.models import Client as Person
from cases.clients.models import PortalAccess
from reminders.feeds import services
from tests.reminders.box import NOW


def actor_of(user: User) -> Actor:
    return Actor(user.memberships.select_related("organisation", "user").get(left_at=None))


def feed_of(user: User, reach: str = "own", *, now: datetime = NOW) -> tuple[AccessKey, str]:
    """Make a member's calendar; return its key and its path."""
    actor = actor_of(user)
    with scope(actor.organisation.pk, door=Door.STAFF, person_id=user.pk), transaction.atomic():
        key, address = services.make_feed(actor=actor, reach=reach, label="My phone", now=now)
    return key, "/feeds/" + address.rpartition("/")[2]


def access_to(person: Person, user: User, *, by: User, now: datetime = NOW, **fields: Any) -> PortalAccess:
    """Let somebody read a client's file; the scope is the caller's."""
    fields = {"accepted_at": now} | fields
    return PortalAccess.objects.create(client=person, user=user, granted_at=now, granted_by=by, **fields)


def client_feed_of(organisation: Organisation, access: PortalAccess) -> tuple[AccessKey, str]:
    with scope(organisation.pk, door=Door.PORTAL, person_id=access.user_id), transaction.atomic():
        key, address = services.make_client_feed(access=access, organisation=organisation, now=NOW)
    return key, "/feeds/" + address.rpartition("/")[2]


def ask(path: str, **headers: str) -> Any:
    """Ask as a calendar does: without a cookie."""
    return Client().get(path, headers=headers)


def events_in(answer: Any) -> list[Any]:
    """Return the entries of the calendar, as a program that reads calendars understands them."""
    assert answer.status_code == 200, answer.content
    found = icalendar.Calendar.from_ical(answer.content)
    assert found.errors == []
    return list(found.walk("VEVENT"))


def by_uid(answer: Any) -> dict[str, Any]:
    events = events_in(answer)
    found = {str(event["UID"]): event for event in events}
    assert len(found) == len(events)
    return found


def day_of(event: Any) -> date:
    start: date = event.decoded("DTSTART")
    return start

"""The pages on which calendars are made and ended: for members, and for who reads in the portal."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from advocacy.accounts.models import AccessKey, User
from advocacy.audit.models import AuditEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.portal.doors import SESSION
from advocacy.portal.story import day_words
from cases.clients.models import PortalAccess
from tests.factories import make_client, make_filed_case, make_person
from tests.reminders.calendars import access_to, ask, client_feed_of, day_of, events_in, feed_of

pytestmark = pytest.mark.django_db
GOOD = {"label": "My phone", "reach": "own"}
STAFF, PORTAL = "/o/harbor/settings/feeds/", "/p/harbor/calendar/"
ADDRESS = re.compile(r"http://[^/]+(/feeds/[\w-]+\.ics)")


def address_in(answer: Any) -> str:
    found = set(ADDRESS.findall(answer.content.decode()))
    return found.pop() if len(found) == 1 else ""


def test_a_member_makes_a_calendar_that_is_shown_once_and_opens(harbor, bob, signed_in):
    browser = signed_in(bob)

    made = browser.post(STAFF, GOOD)

    path = address_in(made)
    assert ask(path).status_code == 200
    later = browser.get(STAFF).content.decode()
    assert "My phone" in later
    assert ADDRESS.findall(later) == []
    key = AccessKey.objects.get()
    assert (key.membership, key.scope, key.person) == (bob.memberships.get(), "own", None)
    assert path.removeprefix("/feeds/").removesuffix(".ics") not in str(AccessKey.objects.values().get())
    with scope(harbor.pk, door=Door.STAFF):
        assert AuditEvent.objects.filter(act="calendar made", actor_id=bob.pk, subject_id=key.pk).exists()


@pytest.mark.parametrize(
    ("who", "offered"),
    [("bob", {"own", "sight"}), ("vera", {"own"}), ("adam", {"own", "sight"}), ("dana", {"own", "team"})],
)
def test_a_member_is_offered_what_their_role_may_see_and_gets_nothing_else(request, signed_in, who, offered):
    browser = signed_in(request.getfixturevalue(who))

    page = browser.get(STAFF).content.decode()

    assert set(re.findall(r'name="reach" value="(\w+)"', page)) == offered
    for reach in {"own", "sight", "team", "read", "write"} - offered:
        assert browser.post(STAFF, GOOD | {"reach": reach}).status_code == 422
    assert not AccessKey.objects.exists()


def test_an_incomplete_form_makes_no_calendar_and_keeps_what_was_typed(bob, signed_in):
    answer = signed_in(bob).post(STAFF, {"label": "My <old> phone"})

    assert answer.status_code == 422
    assert b"Choose whose dates it shows" in answer.content
    assert b"My &lt;old&gt; phone" in answer.content


def test_ten_calendars_are_enough_and_an_ended_one_makes_room(bob, signed_in):
    keys = [feed_of(bob)[0] for _ in range(10)]
    browser = signed_in(bob)

    refused = browser.post(STAFF, GOOD)

    assert refused.status_code == 422
    assert b"You have ten calendars" in refused.content
    browser.post(f"{STAFF}{keys[0].pk}/end/")
    assert browser.post(STAFF, GOOD).status_code == 200


def test_who_leads_ends_the_teams_an_owner_everybodys_and_nobody_a_neighbours(
    alice, dana, bob, charlie, signed_in
):
    own, team, foreign = feed_of(bob)[0], feed_of(alice, "team")[0], feed_of(charlie)[0]

    def end(who: User, key: AccessKey) -> int:
        return signed_in(who).post(f"{STAFF}{key.pk}/end/").status_code

    assert [end(dana, own), end(bob, team), end(alice, foreign), end(charlie, own)] == [404] * 4
    assert [end(dana, team), end(alice, own)] == [302, 302]
    assert AccessKey.objects.filter(revoked_at=None).get() == foreign


@pytest.fixture
def maria(harbor: Organisation, bob: User) -> PortalAccess:
    now = clock.now()
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        case, _ = make_filed_case(by=bob, now=now)
        return access_to(case.client, make_person(name="Maria Reyes", now=now), by=bob, now=now)


def phone_of(access: PortalAccess) -> Browser:
    """A browser in which the person has come into the portal."""
    browser = Browser()
    session = browser.session
    session[SESSION] = {
        "person": str(access.user_id),
        "organisation": str(access.organisation_id),
        "seen": clock.now().isoformat(),
    }
    session.save()
    browser.cookies["sessionid"] = session.session_key
    return browser


def test_a_client_makes_a_link_reads_it_and_stops_it(maria, harbor):
    phone = phone_of(maria)

    made = phone.post(PORTAL)

    path = address_in(made)
    assert f'href="webcal://localhost:8000{path}"' in made.content.decode()
    assert len(events_in(ask(path))) >= 2
    key = AccessKey.objects.get()
    assert (key.person_id, key.subject_id, key.membership) == (maria.user_id, maria.pk, None)
    later = phone.get(PORTAL).content.decode()
    assert "/feeds/" not in later
    assert "Last used on" in later
    assert phone.post(f"{PORTAL}{key.pk}/end/").status_code == 302
    assert ask(path).status_code == 404


def test_another_clients_link_cannot_be_stopped(maria, harbor, bob):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        other = access_to(
            make_client(by=bob, now=clock.now()), make_person(name="Ana Silva", now=clock.now()), by=bob,
            now=clock.now(),
        )  # fmt: skip
    key, _ = client_feed_of(harbor, maria)

    answer = phone_of(other).post(f"{PORTAL}{key.pk}/end/")

    assert answer.status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_who_reads_two_files_says_whose_dates_and_gets_those(maria, harbor, bob):
    now = clock.now()
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        second = access_to(
            make_client(by=bob, now=now, given_name="Lucía", family_name="Reyes"), maria.user, by=bob, now=now
        )
    phone = phone_of(maria)

    refused = phone.post(PORTAL)
    wrong = phone.post(PORTAL, {"access": str(bob.pk)})
    empty = phone.post(PORTAL, {"access": str(second.pk)})
    full = phone.post(PORTAL, {"access": str(maria.pk)})

    assert refused.status_code == wrong.status_code == 422
    assert "Choose whose dates" in refused.content.decode()
    assert "Lucía Reyes" in refused.content.decode()
    assert events_in(ask(address_in(empty))) == []
    assert len(events_in(ask(address_in(full)))) >= 2


def test_the_page_speaks_spanish(maria, harbor):
    maria.user.language = "es"
    maria.user.save()

    made = phone_of(maria).post(PORTAL, headers={"Accept-Language": "en"}).content.decode()

    assert 'lang="es"' in made
    assert "Poner las fechas en mi calendario" in made
    assert "Copy" not in made


def test_a_clients_calendar_and_their_page_name_the_same_days(maria, harbor):
    phone = phone_of(maria)
    home = phone.get(reverse("portal:home", args=["harbor"])).content.decode()

    _, path = client_feed_of(harbor, maria)

    waiting = [each for each in events_in(ask(path)) if not str(each["SUMMARY"]).startswith("Done")]
    assert waiting
    said = [day_words(day_of(each)) for each in waiting]
    assert [day for day in said if day not in home] == []

"""While nobody says "I have seen it": who is asked next, and at which hour."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ADVOCATE
from advocacy.accounts.services import join
from advocacy.kernel.text import long_day
from advocacy.organisations.scope import Door, scope
from cases.deadlines import services as deadlines
from cases.deadlines.calendars import PACIFIC
from reminders.planning import working_days_before
from reminders.services import people
from tests.factories import make_person
from tests.reminders.box import DAY, NOW, Box, part, plan, send_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def luis(harbor: Any) -> User:
    """Luis stands in for Bob."""
    person = make_person(name="Luis Romero", now=NOW)
    join(user=person, organisation=harbor, role=ADVOCATE, now=NOW)
    return person


def live_through(organisation: Any, box: Box, until: date, since: datetime = NOW) -> dict[str, datetime]:
    """Plan and deliver a minute before eight and at eight, day by day; return when each was first told."""
    first: dict[str, datetime] = {}
    day = since.astimezone(PACIFIC).date()
    while day <= until:
        for at in (morning(day) - timedelta(minutes=1), morning(day)):
            if at >= since:
                plan(organisation, at)
                had = len(box.mails)
                send_all(organisation, box, at)
                for mail in box.mails[had:]:
                    first.setdefault(mail.to, at)
        day += DAY
    return first


def morning(day: date) -> datetime:
    return datetime.combine(day, time(8), PACIFIC)


def test_the_next_person_the_supervisor_the_owner_and_the_address_outside_are_asked_in_turn(
    harbor, alice, dana, bob, luis, due_in, deadline_of, box
):
    with scope(harbor.pk, door=Door.STAFF):
        people.name_stand_in(user=bob, stands_in=luis, by=dana, now=NOW)
        people.name_outsider(name="Ruth Amsel", email="ruth@demo.example", phone="", by=dana, now=NOW)
    due = deadline_of(due_in(8)).act_on

    asked = live_through(harbor, box, due)

    assert asked.pop(bob.email) < morning(working_days_before(due, 3))
    assert asked == {
        luis.email: morning(working_days_before(due, 3)),
        dana.email: morning(working_days_before(due, 2)),
        alice.email: morning(working_days_before(due, 1)),
        "ruth@demo.example": morning(due),
    }


def test_nobody_else_is_asked_once_it_was_seen(harbor, alice, dana, bob, due_in, deadline_of, box):
    deadline = deadline_of(due_in(8))
    first = working_days_before(deadline.act_on, 3)
    asked = live_through(harbor, box, first)

    with scope(harbor.pk, door=Door.STAFF):
        deadlines.mark_seen(deadline=deadline, by=dana, now=morning(first))
    later = live_through(harbor, box, deadline.act_on, since=morning(first + DAY))

    assert set(asked) == {bob.email, dana.email}
    assert alice.email not in later
    assert set(later) == {bob.email}


def test_an_organisation_of_one_is_asked_at_its_other_address_and_then_the_person_outside_without_a_case(
    harbor, alice, bob, due_in, deadline_of, box
):
    Membership.objects.filter(user=bob).update(left_at=NOW)
    member = alice.memberships.get()
    type(harbor).objects.filter(pk=harbor.pk).update(phone="510-555-0142")
    with scope(harbor.pk, door=Door.STAFF):
        people.name_outsider(name="Ruth Amsel", email="ruth@demo.example", phone="", by=alice, now=NOW)
        people.name_own_address(member=member, email="home@demo.example", phone="", by=alice, now=NOW)
    case = due_in(8, by=alice)
    due = deadline_of(case).act_on

    asked = live_through(harbor, box, due)

    assert asked["home@demo.example"] == morning(working_days_before(due, 3))
    assert asked["ruth@demo.example"] == morning(working_days_before(due, 2))
    mails = {mail.to: mail for mail in box.mails}
    for address, words in (
        ("home@demo.example", ("Please sign in", "your other address", "choose Today")),
        (
            "ruth@demo.example",
            ("Please call Harbor Health Advocates", "510-555-0142", "Please call them today"),
        ),
    ):
        mail = mails[address]
        for text in (part(mail, "plain"), part(mail, "html")):
            assert all(each in text for each in words)
            assert long_day(due, with_year=True) in text
            assert case.number not in text
        assert case.number not in mail.subject
    assert "510-555-0142" not in part(mails["home@demo.example"], "plain").partition("--")[0]

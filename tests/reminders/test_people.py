"""Absences, stand-ins and the addresses asked last: what may be said, who may say it, and what it does."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from advocacy.accounts.models import Membership, User
from advocacy.kernel.errors import Refusal
from advocacy.mail import services as mail
from advocacy.mail.models import OutgoingMail, SuppressedAddress
from advocacy.mail.queries import is_suppressed
from advocacy.organisations.scope import Door, scope
from cases.deadlines.calendars import PACIFIC
from reminders.models import Absence, EmergencyContact, StandIn, State
from reminders.services import people
from tests.cases.pages import boxes, errors_by_fields, stop_clock, words_of
from tests.factories import day_before
from tests.reminders.box import DAY, NOW, plan, rows, send_all

pytestmark = pytest.mark.django_db
PAGE = "/o/harbor/cover/"
TODAY = day_before(NOW, 0)
NEXT_WEEK = TODAY + timedelta(7)


@pytest.fixture(autouse=True)
def at_now(settings: Any) -> None:
    stop_clock(settings, NOW)


def read(browser: Any, address: str) -> str:
    return words_of(browser.get(address).content.decode())


def away(user: User, cover: User | None, *, first: date = TODAY, last: date = NEXT_WEEK) -> Absence:
    with scope(user.memberships.get().organisation_id, door=Door.STAFF):
        return people.begin_absence(user=user, first_day=first, last_day=last, cover=cover, by=user, now=NOW)


def back(absence: Absence, *, now: datetime = NOW) -> None:
    with scope(absence.organisation_id, door=Door.STAFF):
        people.end_absence(absence=absence, by=absence.user, now=now)


def stand_in(user: User, other: User) -> StandIn:
    with scope(user.memberships.get().organisation_id, door=Door.STAFF):
        return people.name_stand_in(user=user, stands_in=other, by=user, now=NOW)


def outside(by: User, email: str = "ruth@demo.example") -> EmergencyContact:
    with scope(by.memberships.get().organisation_id, door=Door.STAFF):
        return people.name_outsider(name="Ruth Amsel", email=email, phone="555", by=by, now=NOW)


def own_address(by: User, email: str = "home@demo.example") -> EmergencyContact:
    member = by.memberships.get()
    with scope(member.organisation_id, door=Door.STAFF):
        return people.name_own_address(member=member, email=email, phone="", by=by, now=NOW)


def take_off(contact: EmergencyContact) -> None:
    with scope(contact.organisation_id, door=Door.STAFF):
        people.take_off(contact=contact, by=contact.made_by, now=NOW)


Cast = dict[str, User]


def _stranger_away(cast: Cast) -> None:
    with scope(cast["bob"].memberships.get().organisation_id, door=Door.STAFF):
        people.begin_absence(
            user=cast["charlie"], first_day=TODAY, last_day=TODAY, cover=None, by=cast["bob"], now=NOW
        )


def write_again(user: User) -> None:
    dead = SuppressedAddress(address=user.email, since=NOW)
    with scope(user.memberships.get().organisation_id, door=Door.STAFF):
        people.write_again(address=dead, by=user, now=NOW)


def _twice(make: Callable[[], Any], end: Callable[[Any], None]) -> None:
    row = make()
    end(row)
    end(row)


WAYS: list[tuple[type[Refusal], Callable[[Cast], object]]] = [
    (people.NotAMember, _stranger_away),
    (people.EndsBeforeItBegins, lambda cast: away(cast["bob"], cast["dana"], last=TODAY - DAY)),
    (people.OverAlready,
     lambda cast: away(cast["bob"], cast["dana"], first=TODAY - 3 * DAY, last=TODAY - DAY)),
    (people.TooLong, lambda cast: away(cast["bob"], cast["dana"], last=TODAY + 400 * DAY)),
    (people.AwayAlready,
     lambda cast: [away(cast["bob"], cast["dana"], first=first) for first in (TODAY, NEXT_WEEK)]),
    (people.NobodyCovers, lambda cast: away(cast["bob"], None)),
    (people.CoversThemself, lambda cast: away(cast["bob"], cast["bob"])),
    (people.CoversThemself, lambda cast: stand_in(cast["bob"], cast["bob"])),
    (people.CannotCover, lambda cast: away(cast["bob"], cast["vera"])),
    (people.CannotCover, lambda cast: away(cast["bob"], cast["adam"])),
    (people.CannotCover, lambda cast: away(cast["bob"], cast["charlie"])),
    (people.CannotCover, lambda cast: stand_in(cast["bob"], cast["vera"])),
    (people.CoverIsAway, lambda cast: (away(cast["dana"], cast["bob"]), away(cast["bob"], cast["dana"]))),
    (people.AbsenceIsOver, lambda cast: _twice(lambda: away(cast["bob"], cast["dana"]), back)),
    (people.AddressIsNamed,
     lambda cast: (outside(cast["dana"]), own_address(cast["dana"], "Ruth@demo.example"))),
    (people.WorksHereAlready, lambda cast: outside(cast["dana"], cast["bob"].email.upper())),
    (people.WorksHereAlready, lambda cast: own_address(cast["bob"], cast["bob"].email)),
    (people.TooManyContacts,
     lambda cast: [outside(cast["dana"], f"ruth{number}@demo.example") for number in range(11)]),
    (people.ContactHasEnded, lambda cast: _twice(lambda: outside(cast["dana"]), take_off)),
    (people.WrittenToAlready, lambda cast: write_again(cast["bob"])),
]  # fmt: skip


@pytest.mark.parametrize(("refusal", "way"), WAYS)
def test_what_leaves_nobody_to_answer_is_refused(alice, bob, dana, vera, adam, charlie, refusal, way):
    with pytest.raises(refusal) as said:
        way({"bob": bob, "dana": dana, "vera": vera, "adam": adam, "charlie": charlie})

    assert said.value.words
    assert not said.value.words.endswith(".")


def test_every_refusal_is_reached():
    declared = {
        each for each in vars(people).values() if isinstance(each, type) and issubclass(each, Refusal)
    }

    assert declared - {Refusal} == {refusal for refusal, _ in WAYS}


def told(organisation: Any, **wanted: Any) -> set[str]:
    found = rows(organisation, state=State.PLANNED, rung=0, **wanted)
    return {row.recipient.name for row in found if row.recipient}


def test_an_absence_brings_the_reminders_to_the_cover_and_its_early_end_brings_them_back(
    harbor, bob, dana, vera, due_in, box
):
    due_in(6)
    plan(harbor, NOW)
    before = told(harbor)

    absence = away(bob, dana)
    plan(harbor, NOW)
    meanwhile = told(harbor)
    send_all(harbor, box, NOW)
    back(absence, now=NOW + DAY)
    plan(harbor, NOW + DAY)

    assert (before, meanwhile, told(harbor)) == ({bob.name}, {dana.name}, {bob.name})
    # What she was told stays told.
    assert [mail.to for mail in box.mails] == [dana.email]
    assert len(rows(harbor, recipient=dana, state=State.SENT)) == 1


def test_an_absence_begins_and_ends_with_the_day_where_the_person_is(harbor, bob, dana, due_in):
    due_in(20)
    away(bob, dana, first=TODAY + DAY, last=TODAY + 2 * DAY)
    # NOW is ten in the morning in California: midnight is 14 hours on.
    seen = {}
    for hours in (13, 15, 14 + 47, 14 + 49):
        plan(harbor, NOW + timedelta(hours=hours))
        seen[hours] = told(harbor)

    assert seen == {13: {bob.name}, 15: {dana.name}, 61: {dana.name}, 63: {bob.name}}


def test_an_absence_that_names_nobody_goes_to_the_stand_in(harbor, bob, dana, due_in):
    due_in(20)
    stand_in(bob, dana)

    away(bob, None)
    plan(harbor, NOW)

    assert told(harbor) == {dana.name}


def test_who_is_alone_may_be_away_and_still_hears_of_their_dates(harbor, alice, bob, due_in):
    Membership.objects.filter(user=bob).update(left_at=NOW)
    due_in(20, by=alice)

    away(alice, None)
    plan(harbor, NOW)

    assert told(harbor) == {alice.name}


def test_a_new_stand_in_takes_the_place_of_the_first(harbor, alice, bob, dana):
    stand_in(bob, dana)

    stand_in(bob, alice)

    with scope(harbor.pk, door=Door.STAFF):
        assert StandIn.objects.get().stands_in == alice


def test_an_address_is_told_once_that_it_was_named_by_whom_and_how_to_be_taken_off(harbor, dana, due_in):
    number = due_in(6).number
    with scope(harbor.pk, door=Door.STAFF):
        type(harbor).objects.filter(pk=harbor.pk).update(name="O'Brien & Søns", phone="510-555-0142")

    outside(dana, "Ruth@Demo.example ")

    [mail] = OutgoingMail.objects.filter(kind="contact_named")
    assert (mail.to, mail.subject) == ("ruth@demo.example", "You may be asked to call O'Brien & Søns")
    for words in (mail.text, mail.html):
        for said in ("Hello Ruth Amsel", "Dana Whitfield", dana.email, "510-555-0142", "nothing to do now"):
            assert said in words
        assert number not in words
        assert "http" not in words.replace("http://www.w3.org", "")
    assert "O'Brien & Søns" in mail.text
    assert "O&#x27;Brien &amp; Søns" in mail.html


def test_what_is_named_may_be_named_again_after_it_was_taken_off(harbor, dana):
    take_off(outside(dana))

    assert outside(dana).ended_at is None
    with scope(harbor.pk, door=Door.STAFF):
        assert EmergencyContact.objects.count() == 2


ABSENCE = boxes("first_day", TODAY) | boxes("last_day", NEXT_WEEK)


def test_a_member_records_their_own_absence_and_nobody_elses(harbor, bob, dana, vera, signed_in):
    said = ABSENCE | {"cover": str(dana.pk), "user": str(vera.pk)}

    answer = signed_in(bob).post(f"{PAGE}away/", said, follow=True)

    page = words_of(answer.content.decode())
    assert "Bob Ortega is away from" in page
    assert "Vera Lindgren is away" not in page
    with scope(harbor.pk, door=Door.STAFF):
        assert Absence.objects.get().user == bob
    assert "You are covering for Bob Ortega until" in words_of(
        signed_in(dana).get("/o/harbor/").content.decode()
    )
    assert "You are covering" not in read(signed_in(vera), "/o/harbor/")


def test_who_covers_finds_the_dates_in_their_work(harbor, bob, dana, due_in, signed_in):
    due_in(6)
    mine = "/o/harbor/?whose=me"
    before = read(signed_in(dana), mine)

    absence = away(bob, dana)
    meanwhile = read(signed_in(dana), mine)
    back(absence)
    after = read(signed_in(dana), mine)

    assert [("1 date in the next 14 days" in each) for each in (before, meanwhile, after)] == [
        False, True, False,
    ]  # fmt: skip


def test_an_absence_without_a_cover_says_so_by_the_field(bob, dana, signed_in):
    answer = signed_in(bob).post(f"{PAGE}away/", ABSENCE | {"cover": ""})

    assert answer.status_code == 422
    assert errors_by_fields(answer.content.decode()) == [people.NobodyCovers.words]


def test_only_oneself_or_who_leads_ends_and_names(harbor, alice, bob, dana, vera, charlie, signed_in):
    absence, his, hers = away(bob, dana), own_address(bob), outside(dana)
    member = bob.memberships.get()
    addresses = [
        reverse("reminding:end_absence", args=["harbor", absence.pk]),
        reverse("reminding:stand_in", args=["harbor", member.pk]),
        reverse("reminding:take_off", args=["harbor", his.pk]),
    ]

    for person in (vera, charlie):
        assert [signed_in(person).post(address).status_code for address in addresses] == [404] * 3
    assert signed_in(bob).post(f"{PAGE}outside/").status_code == 403
    assert signed_in(bob).post(reverse("reminding:take_off", args=["harbor", hers.pk])).status_code == 404
    assert [signed_in(bob).post(address).status_code for address in addresses] == [302, 422, 302]
    again = signed_in(dana).post(addresses[0], follow=True)
    assert "This absence has ended already." in words_of(again.content.decode())


def suppress(address: str, *, now: datetime = NOW) -> str:
    mail.suppress(address=address, reason="5.1.1 no such person", now=now)
    dead = SuppressedAddress.objects.get(address=address.lower())
    return reverse("reminding:write_again", args=["harbor", dead.pk])


def test_an_address_that_took_no_mail_is_named_and_is_written_to_again_when_somebody_says_so(
    harbor, alice, bob, signed_in
):
    outside(alice)
    suppress(bob.email), suppress("ruth@demo.example"), suppress("stranger@demo.example")
    page = read(signed_in(alice), PAGE)

    assert f"Bob Ortega {bob.email}" in page
    assert "Ruth Amsel ruth@demo.example" in page
    assert "stranger@demo.example" not in page

    for address in (suppress(bob.email), suppress("ruth@demo.example")):
        assert signed_in(alice).post(address).status_code == 302
    assert "Mail does not arrive" not in read(signed_in(alice), PAGE)
    assert not is_suppressed(bob.email)
    assert is_suppressed("stranger@demo.example")


def test_nobody_learns_when_a_mail_of_somebody_else_came_back(harbor, alice, signed_in):
    """The list of dead addresses is of the whole installation: another organisation may have written."""
    suppress("ruth@demo.example", now=NOW - 40 * DAY)
    outside(alice)
    named = NOW.astimezone(PACIFIC)

    page = read(signed_in(alice), PAGE)

    assert f"ruth@demo.example Since {named:%a, %b} {named.day}" in page


def test_only_whose_it_is_or_who_leads_says_that_an_address_takes_mail_again(
    harbor, alice, bob, vera, charlie, signed_in
):
    own_address(bob)
    his, other, hers = suppress(bob.email), suppress("home@demo.example"), suppress(alice.email)
    strangers = suppress("stranger@demo.example")

    for person in (vera, charlie):
        assert [signed_in(person).post(each).status_code for each in (his, other, hers)] == [404] * 3
    assert "Mail does not arrive" not in read(signed_in(vera), PAGE)
    assert [signed_in(bob).post(each).status_code for each in (hers, strangers)] == [404] * 2
    assert signed_in(alice).post(strangers).status_code == 404
    page = read(signed_in(bob), PAGE)
    assert bob.email in page
    assert alice.email not in page
    assert [signed_in(bob).post(each).status_code for each in (his, other, his)] == [302, 302, 404]


def test_the_page_says_who_has_left_and_shows_an_address_to_whose_it_is(
    harbor, alice, bob, dana, vera, signed_in
):
    away(bob, dana)
    stand_in(bob, dana)
    own_address(bob)

    Membership.objects.filter(user=dana).update(left_at=NOW)
    page = read(signed_in(vera), PAGE)
    his = read(signed_in(bob), PAGE)

    assert "Dana Whitfield Has left: name somebody else" in page
    assert "Dana Whitfield stood in and has left: name somebody else." in page
    assert "home@demo.example" not in page
    assert "home@demo.example" in his


def test_an_organisation_of_one_is_warned_until_somebody_else_is_named(harbor, alice, signed_in):
    browser = signed_in(alice)
    pages = ("/o/harbor/", PAGE, "/o/harbor/settings/reminders/")
    warning = "If you do not answer, nobody else is told."

    before = [warning in read(browser, page) for page in pages]
    browser.post(f"{PAGE}own-address/", {"email": "home@demo.example", "phone": ""})
    after = [warning in read(browser, page) for page in pages]

    assert (before, after) == ([True] * 3, [False] * 3)


def test_a_team_is_not_warned(alice, bob, signed_in):
    assert "nobody else is told" not in read(signed_in(bob), "/o/harbor/")


def test_the_page_of_a_date_says_who_is_asked_only_if_and_when_nobody_is(
    harbor, alice, bob, due_in, deadline_of, signed_in
):
    Membership.objects.filter(user=bob).update(left_at=NOW)
    case = due_in(20, by=alice)
    page = reverse("dashboard:deadline", args=["harbor", case.pk, deadline_of(case).pk])
    nobody, only_if = "Nobody else is here to be told.", "Only if nobody says “I have seen it”"

    plan(harbor, NOW)
    alone = read(signed_in(alice), page)
    outside(alice)
    plan(harbor, NOW)
    asked = read(signed_in(alice), page)

    assert (nobody in alone, only_if in alone) == (True, False)
    assert (nobody in asked, only_if in asked) == (False, True)
    assert "Ruth Amsel" in asked

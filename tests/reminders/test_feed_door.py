"""Who is let in by the address of a calendar, and what everybody else hears: nothing at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from advocacy.accounts import services as accounts
from advocacy.accounts.models import AccessKey, Membership, User
from advocacy.accounts.roles import ADVOCATE
from advocacy.audit.models import AuditEvent
from advocacy.organisations import services as organisations
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case, Note
from cases.clients.models import Client as Person
from cases.clients.models import PortalAccess
from cases.deadlines.models import Deadline
from tests.cases.pages import stop_clock
from tests.factories import make_person
from tests.reminders.box import NOW
from tests.reminders.calendars import access_to, ask, client_feed_of, events_in, feed_of

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def at_now(settings: Any) -> None:
    # Not where a minute ends: what is counted is counted by the minute.
    stop_clock(settings, NOW + timedelta(seconds=10))


@pytest.fixture
def case(due_in: Any) -> Case:
    return due_in(6)


@pytest.fixture
def maria(harbor: Organisation, bob: User, case: Case) -> PortalAccess:
    """María reads the file in the portal."""
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        return access_to(case.client, make_person(name="Maria Reyes", now=NOW), by=bob)


def said(answer: Any) -> Any:
    return answer.status_code, answer.content, sorted(answer.headers.items())


GUESSED = "/feeds/a-secret-that-nobody-was-given-0123456789.ics"


def assert_absent(path: str) -> None:
    assert ask(path).status_code == 404
    assert said(ask(path)) == said(ask(GUESSED))


def test_a_calendar_answers_without_a_session_and_is_kept_by_no_cache(case, bob):
    _, path = feed_of(bob)

    answer = ask(path)

    assert len(events_in(answer)) == 1
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert Client().post(path).status_code == 405


def test_an_ended_calendar_is_like_one_that_never_was(case, bob, signed_in):
    key, path = feed_of(bob)
    assert ask(path).status_code == 200

    signed_in(bob).post(f"/o/harbor/settings/feeds/{key.pk}/end/")

    assert_absent(path)


def test_who_leaves_takes_no_calendar_along_and_coming_back_does_not_bring_it_back(case, harbor, bob):
    _, path = feed_of(bob)
    Membership.objects.filter(user=bob).update(left_at=NOW)

    assert_absent(path)

    accounts.join(user=bob, organisation=harbor, role=ADVOCATE, now=NOW)
    assert_absent(path)


@pytest.mark.parametrize("who", ["person", "organisation", "expired"])
def test_a_shut_door_shows_nothing(case, harbor, bob, who):
    key, path = feed_of(bob)

    if who == "person":
        User.objects.filter(pk=bob.pk).update(is_active=False)
    elif who == "organisation":
        organisations.suspend(organisation_id=harbor.pk, now=NOW)
    else:
        AccessKey.objects.filter(pk=key.pk).update(expires_at=NOW - MINUTES)

    assert_absent(path)


def test_a_key_of_another_kind_opens_no_calendar(case, bob):
    key, path = feed_of(bob)

    for kind in ("api", "embed", "invitation", "staff"):
        AccessKey.objects.filter(pk=key.pk).update(kind=kind)
        assert_absent(path)


@pytest.mark.parametrize("how", ["ended", "expired", "not accepted", "person shut out", "suspended"])
def test_a_clients_calendar_lives_as_long_as_their_access(harbor, case, maria, how):
    _, path = client_feed_of(harbor, maria)
    assert ask(path).status_code == 200
    changed = {
        "ended": {"ended_at": NOW},
        "expired": {"expires_at": NOW - MINUTES},
        "not accepted": {"accepted_at": None},
    }.get(how)

    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        if changed:
            PortalAccess.objects.filter(pk=maria.pk).update(**changed)
    if how == "person shut out":
        User.objects.filter(pk=maria.user_id).update(is_active=False)
    if how == "suspended":
        organisations.suspend(organisation_id=harbor.pk, now=NOW)

    assert_absent(path)


def test_each_sees_the_dates_that_are_theirs_and_a_neighbour_none(
    harbor, case, due_in, bob, vera, dana, alice, charlie, sierra
):
    mine, hers = due_in(9), due_in(12, by=vera)
    neighbours = due_in(3, by=charlie, at=sierra)

    def numbers(path: str) -> set[str]:
        return {str(event["SUMMARY"]).rpartition(" ")[2] for event in events_in(ask(path))}

    assert numbers(feed_of(bob)[1]) == {case.number, mine.number}
    assert numbers(feed_of(bob, "sight")[1]) == {case.number, mine.number, hers.number}
    assert numbers(feed_of(vera)[1]) == {hers.number}
    assert numbers(feed_of(dana)[1]) == set()
    assert numbers(feed_of(dana, "team")[1]) == {case.number, mine.number, hers.number}
    assert len(events_in(ask(feed_of(charlie)[1]))) == 1
    urls = {str(event["URL"]) for event in events_in(ask(feed_of(charlie, "sight")[1]))}
    assert all(str(neighbours.pk) in url for url in urls)


def test_who_may_no_longer_see_every_case_has_no_calendar_of_them(case, dana, vera, bob):
    _, team = feed_of(dana, "team")
    _, sight = feed_of(bob, "sight")
    assert ask(team).status_code == ask(sight).status_code == 200

    Membership.objects.filter(user=dana).update(role="advocate")
    Membership.objects.filter(user=bob).update(role="volunteer")

    assert_absent(team)
    assert_absent(sight)


def test_a_case_that_is_given_away_takes_its_dates_along(harbor, case, bob, vera):
    _, path = feed_of(bob)
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(owner=vera)

    assert events_in(ask(path)) == []
    assert len(events_in(ask(feed_of(vera)[1]))) == 1


def test_a_client_who_works_here_too_gets_their_own_dates_alone(harbor, case, due_in, bob, dana):
    due_in(20)
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        access = access_to(case.client, dana, by=bob)

    _, path = client_feed_of(harbor, access)

    assert len(events_in(ask(path))) == 1


def test_the_door_of_keys_shows_dates_and_numbers_to_who_works_here_and_nothing_else(
    harbor, case, bob, charlie, maria
):
    def seen(person: User | None) -> tuple[int, int]:
        with scope(harbor.pk, door=Door.KEY, person_id=person.pk if person else None), transaction.atomic():
            # Nothing of whom, whatever the code asks for.
            assert not Person.objects.exists()
            assert not Note.objects.exists()
            assert not Deadline.objects.update(title="x")
            return Case.objects.count(), Deadline.objects.count()

    assert seen(bob)[0] == 1
    assert seen(maria.user)[0] == 1
    assert seen(bob)[1] == seen(maria.user)[1] > 0
    # A neighbour, and the key of another site's stories, which is nobody's.
    assert seen(charlie) == seen(None) == (0, 0)

    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        PortalAccess.objects.filter(pk=maria.pk).update(ended_at=NOW)
    Membership.objects.filter(user=bob).update(left_at=NOW)
    assert seen(bob) == seen(maria.user) == (0, 0)


def test_a_calendar_that_asks_every_quarter_of_an_hour_is_recorded_once_an_hour(harbor, case, bob, settings):
    key, path = feed_of(bob)

    for quarter in range(9):
        stop_clock(settings, NOW + quarter * MINUTES + timedelta(seconds=quarter))
        assert ask(path).status_code == 200

    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        rows = list(AuditEvent.objects.filter(act="read reminders:feed", actor_id=bob.pk))
    assert [(row.door, row.subject_id) for row in rows] == [("key", key.pk)] * 3
    key.refresh_from_db()
    assert NOW + timedelta(hours=2) <= key.last_used_at < NOW + timedelta(hours=2, minutes=1)


def test_the_same_dates_give_the_same_bytes_and_an_unchanged_calendar_is_not_sent_again(case, bob, settings):
    _, path = feed_of(bob)
    first = ask(path)
    stop_clock(settings, NOW + timedelta(hours=5))

    again = ask(path, if_none_match=first["ETag"])

    assert ask(path).content == first.content
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "private, no-store"
    assert Client().head(path).content == b""


def test_who_guesses_without_end_is_told_to_wait_and_calendars_go_on(case, bob, settings):
    settings.FEED_READS_A_MINUTE = 5
    _, path = feed_of(bob)
    guesses = [ask(f"/feeds/guess-{number}.ics").status_code for number in range(7)]

    assert guesses == [404] * 5 + [429] * 2
    assert ask(path).status_code == 200


def test_a_calendar_gone_wild_is_told_to_wait(case, bob, settings):
    settings.FEED_READS_A_MINUTE = 5
    _, path = feed_of(bob)
    *answers, last = [ask(path) for _ in range(6)]

    assert {answer.status_code for answer in answers} == {200}
    assert last.status_code == 429
    assert 1 <= int(last["Retry-After"]) <= 60

"""A request comes in by the public door, and gets one answer from a person."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from advocacy.audit.models import AuditEvent
from advocacy.mail.models import OutgoingMail
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case, Note
from cases.casefile.services import NotAColleague
from cases.clients.models import Client, Coverage
from cases.intake import queries, services
from cases.intake.models import HelpRequest, State
from tests.cases.intake.requests import make_request
from tests.cases.together import at_once
from tests.conftest import NOW
from tests.factories import day_before, make_case, make_client

pytestmark = pytest.mark.django_db

SAID = {"given_name": "Mateo", "family_name": "Quintero", "service": "speech therapy", "urgency": "standard"}
TODAY = day_before(NOW, 0)


def test_the_public_door_lets_a_request_in_and_not_out(harbor):
    asked = make_request(harbor, now=NOW)

    with scope(harbor.pk, door=Door.PUBLIC):
        assert not HelpRequest.objects.exists()
    with scope(harbor.pk, door=Door.STAFF):
        assert HelpRequest.objects.get().pk == asked.pk


@pytest.mark.parametrize("door", [Door.PUBLIC, Door.PORTAL, Door.KEY])
def test_no_other_door_reads_or_changes_a_request(harbor, door):
    make_request(harbor, now=NOW)

    with scope(harbor.pk, door=door):
        assert not HelpRequest.objects.exists()
        assert HelpRequest.objects.update(name="Somebody else") == 0


def test_the_public_door_cannot_write_a_request_that_is_answered_already(harbor, alice):
    with scope(harbor.pk, door=Door.PUBLIC), pytest.raises(DatabaseError), transaction.atomic():
        HelpRequest.objects.create(
            name="x", refused="x", received_at=NOW, state=State.SNOOZED, snoozed_until=TODAY,
            handled_at=NOW, handled_by=alice,
        )  # fmt: skip


def test_a_neighbour_sees_no_request_of_ours(harbor, sierra):
    make_request(harbor, now=NOW)

    with scope(sierra.pk, door=Door.STAFF):
        assert not HelpRequest.objects.exists()


def test_the_words_are_unreadable_in_the_database(harbor, in_harbor):
    make_request(harbor, now=NOW, refused="a rare word: zirconium")

    with scope(harbor.pk, door=Door.STAFF), connection.cursor() as cursor:
        cursor.execute("SELECT refused FROM help_request")
        assert "zirconium" not in cursor.fetchone()[0]


def test_only_owners_are_told_and_the_mail_says_nothing_of_the_person(harbor, alice, dana, bob):
    make_request(harbor, now=NOW, urgent=True)

    [mail] = OutgoingMail.objects.all()
    words = f"{mail.subject} {mail.text} {mail.html}"
    assert (mail.to, mail.kind, mail.organisation_id) == (alice.email, "new_request", harbor.pk)
    assert mail.subject == "Urgent: a new request waits in triage"
    for secret in ("Rosa", "Quintero", "555-0188", "rosa@", "speech", "therapy", "Golden", "son"):
        assert secret not in words.replace("person", "")


def test_mail_about_a_demo_stays_here(harbor, alice):
    harbor.is_demo = True
    harbor.save()

    make_request(harbor, now=NOW)

    assert OutgoingMail.objects.get().keep_here


def test_accepting_makes_client_plan_case_and_a_note_of_what_is_safe(harbor, bob, vera, in_harbor):
    asked = make_request(harbor, now=NOW, letter_came_on=day_before(NOW, 8))

    with scope(harbor.pk, door=Door.STAFF):
        case = services.accept_request(help_request=asked, owner=vera, **SAID, by=bob, now=NOW)

        asked.refresh_from_db()
        client, note = Client.objects.get(), Note.objects.get()
        assert (asked.state, asked.client, asked.case, asked.handled_by) == ("accepted", client, case, bob)
        assert (client.listed_name, client.email, client.language) == (
            "Quintero, Mateo", "rosa@visitor.example", "es",
        )  # fmt: skip
        assert (case.owner, case.service, case.coverage.plan_name) == (
            vera,
            "speech therapy",
            "Golden Bay HMO",
        )
        assert "do not leave a message" in note.text
        assert "Mon, Sep 7, 2026" in note.text


def test_accepting_for_a_client_we_know_makes_no_second_one(harbor, bob, in_harbor):
    asked = make_request(harbor, now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        known = make_client(by=bob, now=NOW)

        case = services.accept_request(help_request=asked, owner=bob, client=known, **SAID, by=bob, now=NOW)

        assert case.client == known
        assert Client.objects.count() == 1


def test_accepting_without_a_plan_opens_a_case_without_coverage(harbor, bob, in_harbor):
    asked = make_request(harbor, now=NOW, plan_name="")

    with scope(harbor.pk, door=Door.STAFF):
        case = services.accept_request(help_request=asked, owner=bob, **SAID, by=bob, now=NOW)

        assert case.coverage is None
        assert not Coverage.objects.exists()


def test_a_refused_acceptance_leaves_nothing_behind(harbor, bob, charlie, in_harbor):
    asked = make_request(harbor, now=NOW)

    with scope(harbor.pk, door=Door.STAFF):
        with pytest.raises(NotAColleague):
            services.accept_request(help_request=asked, owner=charlie, **SAID, by=bob, now=NOW)

        asked.refresh_from_db()
        assert asked.state == State.NEW
        assert not Client.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_open_one_case(harbor, bob, dana):
    with transaction.atomic():
        asked = make_request(harbor, now=NOW)

    def accept(person):
        return lambda: services.accept_request(help_request=asked, owner=person, **SAID, by=person, now=NOW)

    answers = at_once(harbor.pk, accept(bob), accept(dana))

    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyAnswered", "Case"]
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        assert (Client.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.parametrize("first", ["accept", "duplicate", "decline"])
def test_an_answered_request_takes_no_second_answer(harbor, bob, in_harbor, first):
    asked = make_request(harbor, now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        acts = acts_on(asked, bob)
        acts[first]()

        for act in acts.values():
            with pytest.raises(services.AlreadyAnswered):
                act()


def acts_on(asked, bob):
    client = make_client(by=bob, now=NOW)
    said = {"help_request": asked, "by": bob, "now": NOW}
    return {
        "accept": lambda: services.accept_request(owner=bob, **SAID, **said),
        "duplicate": lambda: services.mark_duplicate(client=client, **said),
        "decline": lambda: services.decline_request(reason="spam", referred_to="", **said),
        "snooze": lambda: services.snooze_request(until=TODAY + timedelta(days=3), **said),
    }


def test_each_answer_is_recorded_with_the_client_where_there_is_one(harbor, bob, in_harbor):
    with scope(harbor.pk, door=Door.STAFF):
        for name in ("accept", "duplicate", "decline", "snooze"):
            acts_on(make_request(harbor, now=NOW), bob)[name]()

        rows = AuditEvent.objects.filter(act__startswith="request ", subject_kind="helprequest")
        found = {row.act: (row.actor_id, row.client_id is not None) for row in rows}
    assert found == {
        "request accepted": (bob.pk, True),
        "request duplicate": (bob.pk, True),
        "request declined": (bob.pk, False),
        "request snoozed": (bob.pk, False),
    }


def test_what_is_put_off_comes_back_on_its_day(harbor, bob, in_harbor):
    asked = make_request(harbor, now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        services.snooze_request(help_request=asked, until=TODAY + timedelta(days=2), by=bob, now=NOW)

        days = [queries.waiting_count(TODAY + timedelta(days=ahead)) for ahead in range(4)]
        assert days == [0, 0, 1, 1]
        assert list(queries.put_off(TODAY)) == [asked]


@pytest.mark.parametrize("ahead", [-1, 0])
def test_it_cannot_be_put_off_until_a_day_that_is_here(harbor, bob, in_harbor, ahead):
    asked = make_request(harbor, now=NOW)

    with scope(harbor.pk, door=Door.STAFF), pytest.raises(services.DayHasPassed):
        services.snooze_request(help_request=asked, until=TODAY + timedelta(days=ahead), by=bob, now=NOW)


def test_a_no_says_where_else_there_is_help(harbor, bob, in_harbor):
    asked = make_request(harbor, now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        with pytest.raises(services.ReferralMissing):
            services.decline_request(help_request=asked, reason="elsewhere", referred_to=" ", by=bob, now=NOW)

        services.decline_request(
            help_request=asked, reason="elsewhere", referred_to="the plan's state", by=bob, now=NOW
        )

        asked.refresh_from_db()
        assert (asked.state, asked.referred_to) == ("declined", "the plan's state")


def test_a_duplicate_names_what_it_is_the_same_as(harbor, bob, in_harbor):
    first, second = (make_request(harbor, now=NOW) for _ in range(2))
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)
        with pytest.raises(services.SameAsNothing):
            services.mark_duplicate(help_request=first, by=bob, now=NOW)

        services.mark_duplicate(help_request=first, case=case, by=bob, now=NOW)
        services.mark_duplicate(help_request=second, same_as=first, by=bob, now=NOW)

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.client_id, first.case_id) == (case.client_id, case.pk)
        assert (second.state, second.same_as_id) == ("duplicate", first.pk)


def test_the_list_shows_urgent_ones_first_then_the_newest(harbor, in_harbor):
    ages = [(3, False), (5, True), (1, False), (2, True)]
    made = [make_request(harbor, now=NOW - timedelta(hours=age), urgent=urgent) for age, urgent in ages]

    with scope(harbor.pk, door=Door.STAFF):
        found = list(queries.waiting(TODAY))

    assert found == [made[3], made[1], made[2], made[0]]


def test_the_same_phone_or_address_is_found_however_it_is_written(harbor, bob, in_harbor):
    make_request(harbor, now=NOW, email="")
    again = make_request(harbor, now=NOW, phone="+1 510.555.0188", email="other@visitor.example")
    stranger = make_request(harbor, now=NOW, phone="", email="nobody@visitor.example")
    with scope(harbor.pk, door=Door.STAFF):
        from advocacy.accounts.doors import Actor

        actor = Actor(bob.memberships.get())
        client = make_client(by=bob, now=NOW, phone="510-555-0188", email="")
        make_client(by=bob, now=NOW, phone="", email="")

        assert queries.likely_clients(actor, again) == [client]
        assert len(queries.likely_requests(again)) == 1
        assert queries.likely_clients(actor, stranger) == []


def test_the_database_holds_who_and_when_together(harbor, bob, in_harbor):
    asked = make_request(harbor, now=NOW)

    with scope(harbor.pk, door=Door.STAFF), pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.filter(pk=asked.pk).update(state=State.DECLINED, handled_at=NOW)

"""Representatives and their authorizations: who speaks on a day, what runs out, what is announced."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from advocacy.audit.models import AuditEvent
from advocacy.kernel.facts import facts_changed
from advocacy.organisations.scope import Door, scope
from cases.clients import services
from cases.clients.authority import State, Terms
from cases.clients.models import Authorisation, Body, Coverage, Representative
from cases.clients.queries import expiring, people_of, speaks_for, voices_of
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_authorisation,
    make_case,
    make_client,
    make_provider,
    make_representative,
)

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)


@pytest.fixture
def announced(db):
    """The clients whose facts were said to have changed, in order."""
    heard = []

    def listen(client_id, case_id, **_later):
        heard.append((client_id, case_id))

    facts_changed.connect(listen)
    yield heard
    facts_changed.disconnect(listen)


def test_a_body_speaks_to_the_last_day_and_not_on_the_day_after(in_harbor, bob):
    client, last = make_client(by=bob, now=NOW), TODAY + timedelta(days=90)
    make_authorisation(client=client, by=bob, now=NOW, body=Body.DMHC, expires_on=last)

    assert speaks_for(client, Body.DMHC, last)
    assert not speaks_for(client, Body.DMHC, last + timedelta(days=1))


def test_a_body_speaks_only_by_its_own_form_and_only_for_its_own_client(in_harbor, bob):
    client, other = make_client(by=bob, now=NOW), make_client(by=bob, now=NOW)
    make_authorisation(client=client, by=bob, now=NOW, body=Body.PLAN)

    assert speaks_for(client, Body.PLAN, TODAY)
    assert not any(speaks_for(client, body, TODAY) for body in set(Body) - {Body.PLAN})
    assert not speaks_for(other, Body.PLAN, TODAY)


def test_dmhc_speaks_from_the_second_signature_on(in_harbor, bob):
    client = make_client(by=bob, now=NOW)
    form = make_authorisation(client=client, by=bob, now=NOW, body=Body.DMHC, client_signed_on=None)
    assert not speaks_for(client, Body.DMHC, TODAY)

    signed = Terms(**(vars(form.terms) | {"client_signed_on": TODAY}))
    services.correct_authorisation(authorisation=form, terms=signed, by=bob.pk, now=NOW)

    assert speaks_for(client, Body.DMHC, TODAY)
    assert not speaks_for(client, Body.DMHC, TODAY - timedelta(days=1))


def test_ending_stops_it_the_same_day_and_is_recorded_once(in_harbor, bob, dana):
    client = make_client(by=bob, now=NOW)
    form = make_authorisation(client=client, by=bob, now=NOW)

    services.end_authorisation(authorisation=form, by=dana, now=NOW)
    services.end_authorisation(authorisation=form, by=bob, now=NOW + timedelta(days=1))

    form = Authorisation.objects.get(pk=form.pk)
    assert (form.ended_at, form.ended_by) == (NOW, dana)
    assert not speaks_for(client, Body.PLAN, TODAY)
    assert speaks_for(client, Body.PLAN, TODAY - timedelta(days=1))
    assert AuditEvent.objects.filter(act="authorisation ended").count() == 1


def test_the_day_it_ended_is_a_day_of_california(in_harbor, bob):
    form = make_authorisation(client=make_client(by=bob, now=NOW), by=bob, now=NOW)
    # 11 pm in California is the next day in Greenwich.
    late = NOW.replace(hour=6) + timedelta(days=1)

    services.end_authorisation(authorisation=form, by=bob, now=late)

    form = Authorisation.objects.get(pk=form.pk)
    assert form.standing_on(TODAY).state == State.ENDED


def test_what_runs_out_is_listed_soonest_first_and_only_while_it_is_in_force(in_harbor, bob):
    client = make_client(by=bob, now=NOW)

    def until(days, **terms):
        last = TODAY + timedelta(days=days)
        return make_authorisation(client=client, by=bob, now=NOW, expires_on=last, **terms)

    at_the_end, today, soon = until(30), until(0), until(7)
    until(31), until(-1), until(5, client_signed_on=None), until(400)
    make_authorisation(client=client, by=bob, now=NOW, expires_on=None)
    services.end_authorisation(authorisation=until(3), by=bob, now=NOW)

    assert expiring(TODAY, 30) == [today, soon, at_the_end]


def test_another_organisation_lists_nothing_of_it(harbor, sierra, bob):
    with scope(harbor.pk, door=Door.STAFF):
        client = make_client(by=bob, now=NOW)
        make_authorisation(client=client, by=bob, now=NOW, expires_on=TODAY)
        assert len(expiring(TODAY, 30)) == 1

    with scope(sierra.pk, door=Door.STAFF), transaction.atomic():
        assert expiring(TODAY, 30) == []
        assert not speaks_for(client, Body.PLAN, TODAY)


@pytest.mark.parametrize(
    ("regulator", "names"),
    [
        ("dmhc", ["The health plan", "DMHC", "Medical records"]),
        ("cdi", ["The health plan", "CDI", "Medical records"]),
        ("unknown", ["The health plan", "The department", "Medical records"]),
    ],
)
def test_a_case_needs_the_plan_its_own_department_and_the_records(in_harbor, bob, regulator, names):
    coverage = make_case(by=bob, now=NOW, regulator=regulator).coverage

    voices = voices_of(people_of(coverage.client, TODAY), coverage)

    assert [voice.name for voice in voices] == names
    assert all(voice.standing is None for voice in voices)
    assert ("find out" in voices[1].words) == (regulator == "unknown")


def test_people_come_with_their_own_authorizations_newest_first(in_harbor, bob):
    client = make_client(by=bob, now=NOW)
    mother = make_representative(client=client, by=bob, now=NOW)
    uncle = make_representative(client=client, by=bob, now=NOW, name="Luis Reyes", relation="friend")
    first = make_authorisation(client=client, by=bob, now=NOW, representative=mother)
    later = NOW + timedelta(hours=1)
    second = make_authorisation(client=client, by=bob, now=later, representative=mother, body="records")

    people = people_of(client, TODAY)

    assert [person.representative for person in people] == [mother, uncle]
    assert [form.authorisation for form in people[0].forms] == [second, first]
    assert people[1].forms == []


def test_only_what_changes_who_speaks_or_who_regulates_is_announced(in_harbor, bob, announced):
    client = make_client(by=bob, now=NOW)
    helper = make_representative(client=client, by=bob, now=NOW)
    make_provider(client=client, by=bob, now=NOW)
    services.correct_representative(
        representative=helper, name="María", relation="parent", phone="", email="", by=bob.pk, now=NOW
    )
    assert announced == []

    form = make_authorisation(client=client, by=bob, now=NOW, representative=helper)
    services.correct_authorisation(authorisation=form, terms=form.terms, by=bob.pk, now=NOW)
    services.end_authorisation(authorisation=form, by=bob, now=NOW)
    coverage = services.add_coverage(
        client=client, plan_name="Golden Bay", member_id="", regulator="unknown", evidence="", by=bob.pk,
        now=NOW,
    )  # fmt: skip
    services.correct_coverage(
        coverage=coverage, plan_name="Golden Bay", member_id="", delegate="", regulator="dmhc",
        evidence_kind="eoc", evidence="page 61", certainty="sure", by=bob.pk, now=NOW,
    )  # fmt: skip

    assert announced == [(client.pk, None)] * 5


def test_each_act_is_on_record(in_harbor, bob):
    client = make_client(by=bob, now=NOW)
    helper = make_representative(client=client, by=bob, now=NOW)
    form = make_authorisation(client=client, by=bob, now=NOW, representative=helper)
    provider = make_provider(client=client, by=bob, now=NOW)
    services.correct_authorisation(authorisation=form, terms=form.terms, by=bob.pk, now=NOW)
    services.correct_provider(
        provider=provider, name="Dr. Ada Park", kind="doctor", phone="", fax="", address="",
        in_network="no", by=bob.pk, now=NOW,
    )  # fmt: skip

    acts = list(AuditEvent.objects.filter(client_id=client.pk).order_by("pk").values_list("act", flat=True))

    assert set(acts) == {
        "client created", "representative added", "authorisation added", "provider added",
        "authorisation corrected", "provider corrected",
    }  # fmt: skip


def test_the_database_refuses_a_form_of_dmhc_for_one_signature(in_harbor, bob):
    form = make_authorisation(client=make_client(by=bob, now=NOW), by=bob, now=NOW, body="dmhc")

    with pytest.raises(IntegrityError, match="dmhc_takes_both"), transaction.atomic():
        Authorisation.objects.filter(pk=form.pk).update(both_sign=False)


def test_an_unknown_regulator_is_held_with_no_certainty(in_harbor, bob):
    coverage = make_case(by=bob, now=NOW, regulator="unknown", certainty="sure").coverage

    assert (coverage.certainty, coverage.regulator_words) == ("unknown", "Not known yet")


@pytest.mark.parametrize(
    ("certainty", "words"), [("sure", "CDI"), ("likely", "CDI (likely)"), ("guess", "CDI (our guess)")]
)
def test_the_regulator_is_named_with_how_sure_we_are(in_harbor, bob, certainty, words):
    assert make_case(by=bob, now=NOW, regulator="cdi", certainty=certainty).coverage.regulator_words == words


def test_a_row_older_than_the_question_says_that_nobody_said_how_sure(in_harbor, bob):
    coverage = make_case(by=bob, now=NOW).coverage
    Coverage.objects.filter(pk=coverage.pk).update(certainty="unknown")

    assert Coverage.objects.get(pk=coverage.pk).regulator_words == "DMHC (nobody said how sure)"


def test_what_a_person_says_of_themselves_is_kept_tidy(in_harbor, bob):
    client = make_client(by=bob, now=NOW)

    made = make_representative(client=client, by=bob, now=NOW, name=" Zoë Ńguyễn ", email=" Z@Demo.Example ")

    made = Representative.objects.get(pk=made.pk)
    assert (made.name, made.email) == ("Zoë Ńguyễn", "z@demo.example")

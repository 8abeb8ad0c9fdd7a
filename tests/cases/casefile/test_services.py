"""A case's number, its facts and their corrections, who works it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from advocacy.accounts.models import Membership
from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.casefile import services
from cases.casefile.models import Case, Event
from cases.casefile.queries import denial_of, events_of, notes_of, standing_events, timeline
from tests.cases.together import at_once
from tests.conftest import NOW
from tests.factories import day_before, make_case, make_client, make_denied_case, make_filed_case

pytestmark = pytest.mark.django_db


def test_cases_are_numbered_in_the_order_they_are_opened(in_harbor, bob):
    numbers = [make_case(by=bob, now=NOW).number for _ in range(3)]

    assert numbers == ["26-0001", "26-0002", "26-0003"]


def test_each_organisation_counts_for_itself(harbor, sierra, bob, charlie):
    with scope(harbor.pk, door=Door.STAFF):
        ours = [make_case(by=bob, now=NOW).number for _ in range(2)]
    with scope(sierra.pk, door=Door.STAFF):
        theirs = make_case(by=charlie, now=NOW).number

    assert (ours, theirs) == (["26-0001", "26-0002"], "26-0001")


@pytest.mark.parametrize(
    ("opened_at", "number"),
    [
        (datetime(2027, 1, 1, 7, 59, 59, tzinfo=UTC), "26-0001"),
        (datetime(2027, 1, 1, 8, 0, tzinfo=UTC), "27-0001"),
    ],
)
def test_the_year_of_a_number_ends_at_midnight_in_california(in_harbor, bob, opened_at, number):
    assert make_case(by=bob, now=opened_at).number == number


def test_a_new_year_starts_at_one_and_the_old_one_goes_on(in_harbor, bob):
    moments = [NOW, NOW + timedelta(days=365), NOW, NOW + timedelta(days=365)]

    assert [make_case(by=bob, now=moment).number for moment in moments] == [
        "26-0001", "27-0001", "26-0002", "27-0002",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_cases_opened_at_once_get_different_numbers(harbor, bob, dana):
    with scope(harbor.pk, door=Door.STAFF):
        client = make_client(by=bob, now=NOW)

    def open_one() -> str:
        return services.open_case(
            client=client, coverage=None, service="x", urgency="standard", owner=bob, by=bob.pk, now=NOW
        ).number

    numbers = at_once(harbor.pk, *[open_one] * 6)

    assert sorted(numbers) == [f"26-000{number}" for number in range(1, 7)]


def test_todays_fact_is_taken_and_tomorrows_is_refused(in_harbor, bob):
    case = make_case(by=bob, now=NOW)
    # Late evening in California: tomorrow already in UTC.
    evening = datetime(2026, 9, 16, 6, 30, tzinfo=UTC)

    services.record_event(case=case, kind="denied", occurred_on=day_before(NOW, 0), by=bob, now=evening)

    with pytest.raises(services.FactInFuture):
        services.record_event(case=case, kind="denied", occurred_on=day_before(NOW, -1), by=bob, now=evening)
    assert Event.objects.filter(case=case).count() == 1


def test_a_correction_stands_and_the_first_fact_stays_readable(in_harbor, bob, dana):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=9)
    [first] = standing_events(case)

    second = services.correct_event(
        event=first, occurred_on=day_before(NOW, 12), reason=" the stamp ", by=dana, now=NOW
    )

    assert standing_events(case) == [second]
    assert (second.corrects, second.recorded_by) == (first, dana)
    assert second.details == first.details | {"correction": "the stamp"}
    shown = {entry.pk: entry.is_corrected for entry in timeline(events_of(case), notes_of(case))}
    assert shown == {first.pk: True, second.pk: False}


def test_a_correction_can_be_corrected_in_its_turn(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    for days in (11, 12, 13):
        [standing] = standing_events(case)
        services.correct_event(event=standing, occurred_on=day_before(NOW, days), reason="r", by=bob, now=NOW)

    assert [event.occurred_on for event in standing_events(case)] == [day_before(NOW, 13)]
    assert Event.objects.filter(case=case).count() == 4


def test_the_database_refuses_to_rewrite_a_fact(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)

    changed = Event.objects.filter(case=case).update(occurred_on=day_before(NOW, 1))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM event")
        deleted = cursor.rowcount

    assert (changed, deleted) == (0, 0)
    assert [event.occurred_on for event in standing_events(case)] == [day_before(NOW, 10)]


def test_the_timeline_tells_facts_by_their_own_day_and_notes_by_theirs(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=5, denied_days_ago=15)
    note = services.write_note(case=case, text=" Called. ", by=bob, now=NOW)

    entries = timeline(events_of(case), notes_of(case))

    assert entries[0] == note
    assert note.text == "Called."
    assert [entry.kind for entry in entries[1:]] == ["grievance_filed", "denied"]


def test_the_newest_denial_is_the_one_that_counts(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, reason="other")
    services.record_denial(
        case=case, reason="necessity", reason_as_stated="  No. ", amount=None, dated_on=day_before(NOW, 3),
        received_on=day_before(NOW, 1), how_received="mail", by=bob, now=NOW + timedelta(minutes=1),
    )  # fmt: skip

    assert denial_of(case).reason == "necessity"
    assert denial_of(case).reason_as_stated == "No."


def test_a_case_goes_to_a_colleague_only(in_harbor, bob, dana, charlie):
    case = make_case(by=bob, now=NOW)
    same = {"case": case, "coverage": case.coverage, "service": " MRI ", "urgency": "expedited", "now": NOW}

    services.correct_case(**same, owner=dana, by=bob.pk)
    with pytest.raises(services.NotAColleague):
        services.correct_case(**same, owner=charlie, by=bob.pk)

    case = Case.objects.get(pk=case.pk)
    assert (case.owner, case.service, case.urgency) == (dana, "MRI", "expedited")


def test_a_case_does_not_go_to_somebody_who_has_left(in_harbor, bob, dana):
    case = make_case(by=bob, now=NOW)
    Membership.objects.filter(user=dana).update(left_at=NOW)

    with pytest.raises(services.NotAColleague):
        services.correct_case(
            case=case, coverage=None, service="x", urgency="standard", owner=dana, by=bob.pk, now=NOW
        )


def test_every_act_leaves_its_line_in_the_record(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    services.write_note(case=case, text="Called.", by=bob, now=NOW)

    acts = AuditEvent.objects.filter(client_id=case.client_id, actor_id=bob.pk).order_by("at", "pk")

    assert [act.act for act in acts] == [
        "client created", "coverage added", "case opened", "fact denied", "note written",
    ]  # fmt: skip


def test_the_database_keeps_who_closed_a_case_with_when(harbor, in_harbor, bob):
    case = make_case(by=bob, now=NOW)

    with pytest.raises(DatabaseError, match="case_file_closed_at_and_by_together"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(closed_at=NOW)
    with job_in(harbor.pk):
        assert Case.objects.open().filter(pk=case.pk).exists()

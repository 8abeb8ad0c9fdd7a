"""Every anticipated "no" of the casework is reached, says its words, and leaves every row as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal
from cases.appeals import services as appeals
from cases.casefile import services as casefile
from cases.casefile.queries import standing_events
from cases.clients import services as clients
from cases.deadlines import services as deadlines
from cases.documents import services as documents
from cases.grievances import services as grievances
from cases.imr import services as imr
from tests.cases import team_ways, work_refusals
from tests.cases.deadlines import ways as ways_of_dates
from tests.cases.pages import everything
from tests.cases.people_ways import PEOPLE_WAYS
from tests.cases.ways import WAYS, Act, leads_to
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_answered_case,
    make_case,
    make_denied_case,
    make_filed_case,
    make_imr_case,
)

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)


for each, a_way in PEOPLE_WAYS:
    leads_to(each)(a_way)


def denial(case: Any, by: User, dated_on: date) -> Act:
    return lambda: casefile.record_denial(
        case=case, reason="necessity", reason_as_stated="", amount=None, dated_on=dated_on,
        received_on=dated_on, how_received="mail", by=by, now=NOW,
    )  # fmt: skip


def grievance(case: Any, by: User, filed_on: date) -> Act:
    return lambda: grievances.file_grievance(
        case=case, filed_on=filed_on, channel="fax", reference="R", by=by, now=NOW
    )


def review(case: Any, by: User, filed_on: date) -> Act:
    return lambda: imr.file_imr(case=case, filed_on=filed_on, channel="web", reference="R", by=by, now=NOW)


def answer(filed: Any, by: User, on: date) -> Act:
    return lambda: grievances.record(
        move="answered", grievance=filed, on=on, outcome="upheld", by=by, now=NOW
    )


def decision(filing: Any, by: User, on: date) -> Act:
    return lambda: imr.record(move="decided", filing=filing, on=on, outcome="overturned", by=by, now=NOW)


def paper(case: Any, by: User, name: str, content: bytes) -> Act:
    upload = SimpleUploadedFile(name, content)
    return lambda: documents.keep_document(case=case, upload=upload, title="", event=None, by=by, now=NOW)


@leads_to(casefile.FactInFuture)
def a_refusal_dated_tomorrow(bob, charlie):
    return denial(make_case(by=bob, now=NOW), bob, TODAY + timedelta(1))


@leads_to(casefile.FactInFuture)
def a_grievance_filed_tomorrow(bob, charlie):
    return grievance(make_denied_case(by=bob, now=NOW), bob, TODAY + timedelta(1))


@leads_to(casefile.FactInFuture)
def an_answer_of_tomorrow(bob, charlie):
    _, filed = make_filed_case(by=bob, now=NOW)
    return answer(filed, bob, TODAY + timedelta(1))


@leads_to(casefile.HourInFuture)
def an_answer_of_the_next_hour(bob, charlie):
    _, filed = make_filed_case(by=bob, now=NOW)
    said = {"on": TODAY, "at": NOW + timedelta(hours=1), "outcome": "upheld", "by": bob, "now": NOW}
    return lambda: grievances.record(grievance=filed, move="answered", **said)


@leads_to(casefile.FactInFuture)
def a_review_filed_tomorrow(bob, charlie):
    case, _ = make_answered_case(by=bob, now=NOW)
    return review(case, bob, TODAY + timedelta(1))


@leads_to(casefile.FactInFuture)
def a_decision_of_tomorrow(bob, charlie):
    _, filing = make_imr_case(by=bob, now=NOW)
    return decision(filing, bob, TODAY + timedelta(1))


@leads_to(casefile.NotAColleague)
def a_case_for_a_neighbour(bob, charlie):
    case = make_case(by=bob, now=NOW)
    return lambda: casefile.open_case(
        client=case.client, coverage=None, service="x", urgency="standard", owner=charlie, by=bob.pk, now=NOW
    )


@leads_to(casefile.NotAColleague)
def a_case_given_to_a_neighbour(bob, charlie):
    case = make_case(by=bob, now=NOW)
    return lambda: casefile.correct_case(
        case=case, coverage=None, service="x", urgency="standard", owner=charlie, by=bob.pk, now=NOW
    )


@leads_to(casefile.AlreadyCorrected)
def a_corrected_fact(bob, charlie):
    [first] = standing_events(make_denied_case(by=bob, now=NOW))

    def correct() -> None:
        casefile.correct_event(event=first, occurred_on=day_before(NOW, 12), reason="r", by=bob, now=NOW)

    correct()
    return correct


@leads_to(clients.AlreadyInvited)
def a_reader_invited_twice(bob, charlie):
    client = make_case(by=bob, now=NOW).client

    def invite() -> None:
        clients.invite_to_portal(
            client=client, name="María", email="maria@demo.example", capacity="parent", language="es",
            by=bob, now=NOW,
        )  # fmt: skip

    invite()
    return invite


@leads_to(deadlines.DayOutOfReach)
def a_refusal_of_1926(bob, charlie):
    return denial(make_case(by=bob, now=NOW), bob, date(1926, 5, 26))


@leads_to(documents.FileTooLarge)
def a_paper_that_is_too_large(bob, charlie):
    upload = SimpleUploadedFile("letter.pdf", b"x")
    upload.size = 25 * 1024 * 1024 + 1
    case = make_case(by=bob, now=NOW)
    return lambda: documents.keep_document(case=case, upload=upload, title="", event=None, by=bob, now=NOW)


@leads_to(documents.FileEmpty)
def an_empty_paper(bob, charlie):
    return paper(make_case(by=bob, now=NOW), bob, "letter.pdf", b"")


@leads_to(documents.FileKindNotTaken)
def a_program(bob, charlie):
    return paper(make_case(by=bob, now=NOW), bob, "letter.pdf.exe", b"MZ")


@leads_to(documents.FileKindNotTaken)
def a_page_that_could_run_script(bob, charlie):
    return paper(make_case(by=bob, now=NOW), bob, "letter.svg", b"<svg/>")


@leads_to(documents.FileKindNotTaken)
def a_file_without_a_kind(bob, charlie):
    return paper(make_case(by=bob, now=NOW), bob, "letter", b"x")


@leads_to(grievances.NoRefusalYet)
def a_grievance_against_nothing(bob, charlie):
    return grievance(make_case(by=bob, now=NOW), bob, TODAY)


@leads_to(casefile.BeforeEarlier)
def a_grievance_older_than_the_letter(bob, charlie):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=10)
    return grievance(case, bob, TODAY - timedelta(days=11))


@leads_to(casefile.MovedOn)
def a_grievance_filed_twice(bob, charlie):
    case, _ = make_filed_case(by=bob, now=NOW)
    return grievance(case, bob, TODAY)


@leads_to(casefile.MovedOn)
def an_acknowledgment_after_the_answer(bob, charlie):
    _, filed = make_answered_case(by=bob, now=NOW)
    return lambda: grievances.record(move="acknowledged", grievance=filed, on=TODAY, by=bob, now=NOW)


@leads_to(casefile.MovedOn)
def a_second_answer(bob, charlie):
    _, filed = make_answered_case(by=bob, now=NOW)
    return answer(filed, bob, TODAY)


@leads_to(casefile.BeforeEarlier)
def an_answer_before_the_filing(bob, charlie):
    _, filed = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    return answer(filed, bob, day_before(NOW, 6))


@leads_to(casefile.BeforeEarlier)
def an_acknowledgment_before_the_filing(bob, charlie):
    _, filed = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    return lambda: grievances.record(
        move="acknowledged", grievance=filed, on=day_before(NOW, 6), by=bob, now=NOW
    )


@leads_to(imr.NoGrievance)
def a_review_without_a_grievance(bob, charlie):
    return review(make_denied_case(by=bob, now=NOW), bob, TODAY)


@leads_to(imr.NoRefusal)
def a_review_without_a_refusal(bob, charlie):
    return review(make_case(by=bob, now=NOW), bob, TODAY)


@leads_to(imr.CoverageDispute)
def a_review_of_a_coverage_decision(bob, charlie):
    case, _ = make_answered_case(by=bob, now=NOW, reason="coverage")
    return review(case, bob, TODAY)


@leads_to(imr.TooEarly)
def a_review_before_the_thirty_days(bob, charlie):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=30)
    return review(case, bob, TODAY)


@leads_to(imr.TooEarly)
def a_review_dated_before_the_answer(bob, charlie):
    case, _ = make_answered_case(by=bob, now=NOW, answered_days_ago=2, filed_days_ago=20)
    return review(case, bob, day_before(NOW, 3))


@leads_to(imr.LateNeedsCause)
def a_late_review_without_a_reason(bob, charlie):
    case, _ = make_answered_case(by=bob, now=NOW, answered_days_ago=300, filed_days_ago=320)
    return review(case, bob, TODAY)


@leads_to(grievances.StillTime)
def a_silence_while_the_plan_has_time(bob, charlie):
    _, filed = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    return lambda: grievances.record(grievance=filed, move="unanswered", on=TODAY, by=bob, now=NOW)


def complaint(case: Any, by: User, filed_on: date) -> Act:
    return lambda: appeals.file_complaint(
        case=case, filed_on=filed_on, channel="web", reference="R", by=by, now=NOW
    )


@leads_to(appeals.NothingToComplainOf)
def a_complaint_without_a_refusal(bob, charlie):
    return complaint(make_case(by=bob, now=NOW), bob, TODAY)


@leads_to(appeals.PlanFirst)
def a_complaint_without_a_grievance(bob, charlie):
    return complaint(make_denied_case(by=bob, now=NOW), bob, TODAY)


@leads_to(appeals.PlanFirst)
def a_complaint_before_the_plans_time_is_over(bob, charlie):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    return complaint(case, bob, TODAY)


@leads_to(imr.GaveIn)
def a_review_of_what_the_plan_gave(bob, charlie):
    case, _ = make_answered_case(by=bob, now=NOW, outcome="overturned")
    return review(case, bob, TODAY)


@leads_to(casefile.MovedOn)
def a_review_filed_twice(bob, charlie):
    case, _ = make_imr_case(by=bob, now=NOW)
    return review(case, bob, TODAY)


@leads_to(casefile.MovedOn)
def carrying_out_what_is_not_decided(bob, charlie):
    _, filing = make_imr_case(by=bob, now=NOW)
    return lambda: imr.record(move="implemented", filing=filing, on=TODAY, by=bob, now=NOW)


@leads_to(casefile.BeforeEarlier)
def a_decision_before_the_filing(bob, charlie):
    _, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=4)
    return decision(filing, bob, day_before(NOW, 5))


@leads_to(casefile.BeforeEarlier)
def carried_out_before_the_decision(bob, charlie):
    _, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=9)
    decision(filing, bob, day_before(NOW, 3))()
    return lambda: imr.record(move="implemented", filing=filing, on=day_before(NOW, 4), by=bob, now=NOW)


for refusal_of_work, way_to_it in work_refusals.WAYS:
    leads_to(refusal_of_work)(way_to_it)


@pytest.mark.parametrize(
    ("refusal", "way"),
    [(refusal, way) for refusal, ways in WAYS.items() for way in ways],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_refusal_is_worded_and_nothing_is_written(in_harbor, bob, charlie, private_files, refusal, way):
    act = way(bob, charlie)
    before, papers = everything(), sorted(private_files.rglob("*"))

    with pytest.raises(Refusal) as said:
        act()

    assert type(said.value) is refusal
    assert said.value.words
    assert not said.value.words.endswith("."), "words stand beside a field, without a full stop"
    assert everything() == before
    assert sorted(private_files.rglob("*")) == papers


def test_every_refusal_of_these_features_has_a_way_to_it():
    declared = {
        each
        for services in (clients, casefile, documents, deadlines, grievances, appeals, imr)
        for each in vars(services).values()
        if isinstance(each, type) and issubclass(each, Refusal) and each is not Refusal
    }

    assert ways_of_dates
    assert team_ways
    assert declared - set(WAYS) == set(), "add a way to it above"

"""Which papers a case needs where it stands, and the page that says so."""

from dataclasses import dataclass
from itertools import groupby

import pytest
from django.db import connection

from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import EventKind
from cases.documents import queries, services
from cases.documents.checklist import Stage, Step, check, needed, stage_of
from cases.documents.models import Document, PaperKind
from tests.cases.pages import part_of, words_of
from tests.conftest import NOW
from tests.factories import make_answered_case, make_case, make_denied_case, make_document

STANDARD = {"urgent": False, "experimental": False, "reason": "necessity"}
EXPERIMENTAL = {"urgent": False, "experimental": True, "reason": "experimental"}
URGENT = STANDARD | {"urgent": True}


@dataclass
class Paper:
    standing_kind: str


def required(needs, step=None):
    return {need.kind for need in needs if need.required and step in (None, need.step)}


def steps(needs):
    return list(dict.fromkeys(need.step for need in needs))


def every_list():
    return [
        needed(stage, department, urgent=urgent, experimental=reason == "experimental", reason=reason)
        for stage in Stage
        for department in ("dmhc", "cdi", "unknown")
        for urgent in (False, True)
        for reason in ("necessity", "experimental", "emergency", "coverage", "other", "")
    ]


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, Stage.REFUSED),
        ({"denied": ""}, Stage.REFUSED),
        ({"denied": "", "grievance_filed": ""}, Stage.WITH_PLAN),
        ({"grievance_filed": "", "grievance_withdrawn": ""}, Stage.REFUSED),
        ({"grievance_filed": "", "grievance_answered": "upheld"}, Stage.ANSWERED),
        ({"grievance_filed": "", "grievance_answered": "partly"}, Stage.ANSWERED),
        ({"grievance_filed": "", "grievance_answered": "overturned"}, Stage.GAVE_IN),
        ({"grievance_answered": "upheld", "imr_filed": ""}, Stage.WITH_DEPARTMENT),
        ({"grievance_answered": "upheld", "imr_filed": "", "imr_withdrawn": ""}, Stage.ANSWERED),
        ({"imr_filed": "", "imr_rejected": ""}, Stage.WITH_DEPARTMENT),
        ({"complaint_filed": ""}, Stage.WITH_DEPARTMENT),
        ({"complaint_filed": "", "complaint_withdrawn": ""}, Stage.REFUSED),
        ({"imr_filed": "", "plan_reversed": ""}, Stage.GAVE_IN),
        ({"imr_filed": "", "imr_decided": "upheld"}, Stage.LOST),
        ({"imr_filed": "", "imr_decided": "partly"}, Stage.WON),
        ({"imr_filed": "", "imr_decided": "overturned", "imr_implemented": ""}, Stage.WON),
        ({"complaint_filed": "", "complaint_decided": "upheld"}, Stage.LOST),
    ],
)
def test_the_stage_follows_from_the_standing_facts(facts, stage):
    assert set(facts) <= set(EventKind.values)
    assert stage_of(facts) is stage


def test_a_refusal_asks_for_what_a_grievance_needs():
    needs = needed(Stage.REFUSED, "dmhc", **STANDARD)

    assert steps(needs) == [Step.GRIEVANCE]
    assert required(needs) == {"refusal_letter", "authorization"}
    assert {need.kind for need in needs} >= {"card", "coverage_booklet", "doctor_letter", "criteria"}


def test_a_grievance_at_the_plan_asks_for_its_proof_and_for_the_next_step():
    needs = needed(Stage.WITH_PLAN, "dmhc", **STANDARD)

    assert steps(needs) == [Step.GRIEVANCE, Step.PLAN, Step.REVIEW]
    assert required(needs, Step.PLAN) == {"proof_of_filing"}
    assert required(needs, Step.REVIEW) == {"doctor_letter", "release"}


def test_an_answer_that_came_is_needed():
    assert "answer" in required(needed(Stage.ANSWERED, "dmhc", **STANDARD), Step.PLAN)
    assert "answer" not in required(needed(Stage.WITH_PLAN, "dmhc", **STANDARD))


@pytest.mark.parametrize(("department", "urgent"), [("cdi", False), ("dmhc", True)])
def test_no_acknowledgment_is_asked_for_where_none_is_owed(department, urgent):
    needs = needed(Stage.WITH_PLAN, department, **(STANDARD | {"urgent": urgent}))

    assert "acknowledgment" not in {need.kind for need in needs}


@pytest.mark.parametrize("facts", [EXPERIMENTAL, URGENT])
def test_where_dmhc_takes_a_case_at_once_the_review_is_asked_for_at_once(facts):
    assert Step.REVIEW in steps(needed(Stage.REFUSED, "dmhc", **facts))
    assert Step.REVIEW not in steps(needed(Stage.REFUSED, "cdi", **facts))
    assert "proof_of_filing" not in required(needed(Stage.WITH_DEPARTMENT, "dmhc", **facts))
    assert "proof_of_filing" in required(needed(Stage.WITH_DEPARTMENT, "cdi", **facts))


def test_experimental_care_asks_for_a_certification_and_two_documents():
    needs = needed(Stage.ANSWERED, "cdi", **EXPERIMENTAL)

    assert required(needs, Step.EXPERIMENTAL) == {"certification", "evidence", "coverage_booklet"}
    [evidence] = [need for need in needs if need.kind == "evidence"]
    assert not check([evidence], [Paper("evidence")])[0].present
    assert check([evidence], [Paper("evidence"), Paper("evidence")])[0].present


def test_an_emergency_asks_for_the_records_of_the_visit():
    needs = needed(Stage.ANSWERED, "dmhc", urgent=False, experimental=False, reason="emergency")

    assert required(needs, Step.REVIEW) == {"records", "release"}


def test_records_of_a_visit_may_stand_for_a_doctors_letter():
    needs = needed(Stage.ANSWERED, "dmhc", **STANDARD)
    [letter] = [need for need in needs if (need.step, need.kind) == (Step.REVIEW, "doctor_letter")]

    [found] = check([letter], [Paper("card"), Paper("records")])

    assert (found.present, found.papers) == (True, (Paper("records"),))
    assert check([letter], [Paper("card")])[0].missing


def test_a_coverage_dispute_needs_no_doctor():
    needs = needed(Stage.ANSWERED, "cdi", urgent=False, experimental=False, reason="coverage")

    assert required(needs, Step.REVIEW) == set()


def test_while_the_regulator_is_not_known_its_proof_is_needed():
    card = next(n for n in needed(Stage.REFUSED, "unknown", **STANDARD) if n.kind == "card")

    assert card.required
    assert check([card], [Paper("coverage_booklet")])[0].present


@pytest.mark.parametrize(
    ("stage", "kinds"),
    [
        (Stage.LOST, {"application", "decision"}),
        (Stage.WON, {"application", "decision", "proof_of_care"}),
        (Stage.GAVE_IN, {"proof_of_care"}),
    ],
)
def test_after_the_end_only_its_own_papers_are_needed(stage, kinds):
    assert required(needed(stage, "dmhc", **STANDARD)) == kinds


def test_every_list_is_worded_for_the_reader():
    needs = [need for each in every_list() for need in each]

    assert len(needs) > 500
    assert {need.kind for need in needs} <= set(PaperKind.values)
    assert set(PaperKind.values) - {need.kind for need in needs} == {"other"}
    for need in needs:
        assert need.why.endswith(".")
        assert need.ask.endswith(".")
        assert set(need.instead) <= set(PaperKind.values)


def test_the_list_of_each_step_stands_together():
    for needs in every_list():
        assert [step for step, _ in groupby(needs, key=lambda need: need.step)] == steps(needs)


@pytest.mark.django_db
def test_a_paper_sorted_again_stands_as_its_newest_kind_and_its_row_as_it_was(in_harbor, bob, dana):
    paper = make_document(case=make_case(by=bob, now=NOW), by=bob, now=NOW)
    before = Document.objects.values().get()

    for kind in ("card", "records"):
        services.sort_document(document=paper, kind=kind, by=dana, now=NOW)
    services.sort_document(document=paper, kind="records", by=dana, now=NOW)

    [found] = queries.papers_of(paper.case)
    assert (found.standing_kind, found.kind_words) == ("records", "Medical records")
    assert Document.objects.values().get() == before
    acts = AuditEvent.objects.filter(act__startswith="paper sorted", actor_id=dana.pk)
    assert sorted(acts.values_list("act", flat=True)) == ["paper sorted as card", "paper sorted as records"]


@pytest.mark.django_db
def test_the_database_refuses_to_rewrite_how_a_paper_was_sorted(in_harbor, bob):
    paper = make_document(case=make_case(by=bob, now=NOW), by=bob, now=NOW)
    services.sort_document(document=paper, kind="card", by=bob, now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE document_kind SET kind = 'records'")
        assert cursor.rowcount == 0


def page_of(signed_in, who, case):
    return signed_in(who).get(f"/o/harbor/cases/{case.pk}/papers/").content.decode()


@pytest.mark.django_db
def test_the_page_names_what_is_here_what_is_missing_and_whom_to_ask(signed_in, harbor, bob, adam, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_answered_case(by=bob, now=NOW)
        paper = make_document(case=case, by=bob, now=NOW, title="Letter of May")
        services.sort_document(document=paper, kind="refusal_letter", by=bob, now=NOW)

    page = page_of(signed_in, bob, case)

    filing = words_of(part_of(page, "step-1"))
    assert "Here The plan's letter that says no" in filing
    assert "Letter of May" in filing
    assert "Missing Form that lets us act" in filing
    assert "Ask the client to sign." in filing
    assert f"/o/harbor/cases/{case.pk}/papers/add/?kind=authorization" in page
    assert "5 needed papers still missing." in words_of(page)
    assert "Add it" not in page_of(signed_in, adam, case)


@pytest.mark.django_db
def test_the_checklist_follows_the_department_and_the_reason(signed_in, harbor, bob, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        dmhc = make_denied_case(by=bob, now=NOW, reason="experimental")
        cdi = make_denied_case(by=bob, now=NOW, reason="experimental", regulator="cdi")

    assert Step.EXPERIMENTAL in page_of(signed_in, bob, dmhc)
    assert Step.EXPERIMENTAL not in page_of(signed_in, bob, cdi)


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "chosen"), [("card", "card"), ("", "other"), ("<script>", "other")])
def test_a_link_chooses_the_kind_beforehand(signed_in, harbor, bob, asked, chosen):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)

    page = signed_in(bob).get(f"/o/harbor/cases/{case.pk}/papers/add/", {"kind": asked}).content.decode()

    assert f'<option value="{chosen}" selected>' in page
    assert page.count(" selected>") == 1 + page.count('<option value="" selected>')

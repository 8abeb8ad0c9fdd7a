"""The page that says whether a review may be asked for, and the notice before filing."""

import pytest

from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from cases.casefile.queries import denial_of
from tests.cases.pages import part_of, words_of
from tests.conftest import NOW
from tests.factories import make_answered_case, make_case, make_denied_case, make_filed_case

pytestmark = pytest.mark.django_db
CARE = ("recommended", "urgent_care", "seen_by_plan_doctor")


def page_of(browser, case, page="review/") -> str:
    return browser.get(f"/o/harbor/cases/{case.pk}/{page}").content.decode()


def save(browser, denial, **answers):
    known = dict.fromkeys((*CARE, "wait_waived"), "unknown") | answers
    return browser.post(f"/o/harbor/refusals/{denial.pk}/review-facts/", known)


def test_a_case_too_early_is_told_until_when_and_offered_the_exceptions(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_filed_case(by=dana, now=NOW, filed_days_ago=5)

    page = page_of(signed_in(dana), case)

    assert "Not today. Too early: you can file from" in words_of(page)
    assert "DMHC then takes it at once" in words_of(part_of(page, "ways"))
    assert "File the IMR application" not in words_of(page)


def test_answers_are_kept_shown_and_traced(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_answered_case(by=dana, now=NOW)
        denial = denial_of(case)
    browser = signed_in(dana)
    assert "something is missing" in words_of(page_of(browser, case))

    response = save(browser, denial, recommended="no", seen_by_plan_doctor="yes")

    assert response.headers["Location"] == f"/o/harbor/cases/{case.pk}/review/"
    page = page_of(browser, case)
    assert "Yes. Every condition is met or waived." in words_of(page)
    assert "A doctor of the plan saw the client" in words_of(part_of(page, "conditions"))
    with scope(harbor.pk, door=Door.STAFF):
        denial.refresh_from_db()
        assert AuditEvent.objects.filter(act="review facts recorded", subject_id=denial.pk).exists()
    assert (denial.recommended, denial.urgent_care, denial.seen_by_plan_doctor) == (False, None, True)


def test_who_only_reads_sees_the_conditions_and_no_questions(signed_in, harbor, dana, adam, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=dana, now=NOW)
        denial = denial_of(case)
    browser = signed_in(adam)

    page = page_of(browser, case)

    assert "The plan's letter says it is not medically necessary." in words_of(page)
    assert part_of(page, "known") == ""
    assert save(browser, denial).status_code == 403


@pytest.mark.parametrize(
    ("reason", "asked", "not_asked"),
    [
        ("necessity", "Does a doctor", "life-threatening"),
        ("coverage", "Is any part of the refusal about medical need?", "life-threatening"),
        ("experimental", "Is the illness life-threatening", "Is any part of the refusal"),
    ],
)
def test_only_what_this_refusal_needs_is_asked(signed_in, harbor, dana, at_now, reason, asked, not_asked):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_denied_case(by=dana, now=NOW, reason=reason)

    questions = words_of(part_of(page_of(signed_in(dana), case), "known"))

    assert asked in questions
    assert not_asked not in questions


def test_a_case_without_a_refusal_is_sent_to_record_it(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=dana, now=NOW)

    page = page_of(signed_in(dana), case)

    assert "Not today. Record the plan's refusal first" in words_of(page)
    assert f"/o/harbor/cases/{case.pk}/refusal/" in page


def test_who_is_about_to_file_is_told_what_is_not_met_yet(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_answered_case(by=dana, now=NOW)

    page = page_of(signed_in(dana), case, "review/file/")

    assert "Not met yet: a doctor is behind it. See each condition" in words_of(page)

"""What stands beside a form of a step: its papers; and who files, with whose authority."""

from typing import Any

import pytest
from django.urls import reverse

from advocacy.kernel.forms import REPRESENTATIVE, SPEAKERS
from advocacy.organisations.scope import Door, scope
from cases.appeals import lifecycle as appeals
from cases.casefile.models import Case, Event
from cases.clients.authority import Speaker
from cases.clients.queries import DEPARTMENT_UNKNOWN
from cases.documents.checklist import Stage, needed
from cases.documents.models import PaperKind
from cases.documents.services import sort_document
from cases.grievances import lifecycle as grievances
from cases.grievances.services import file_grievance
from cases.imr import lifecycle as imr
from cases.imr.models import IMRFiling
from tests.cases.pages import boxes, errors_by_fields, part_of, words_of
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_answered_case,
    make_authorisation,
    make_denied_case,
    make_document,
    make_imr_case,
)

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)
FORMS = {
    "grievances:file": ("plan", "grievance_filed", make_denied_case),
    "imr:file": ("dmhc", "imr_filed", make_answered_case),
    "appeals:file": ("dmhc", "complaint_filed", make_answered_case),
}
EACH_FORM = pytest.mark.parametrize("name", FORMS)
FILED = {"channel": "fax", "reference": "FX-1", **boxes("filed_on", TODAY)}
FOR_THE_CLIENT = FILED | {"speaker": "representative"}
NOT_YET = "will not speak with us yet: no form is on file."


@pytest.fixture
def made(harbor: Any, bob: Any, at_now: Any) -> Any:
    def build(make: Any, **fields: Any) -> Case:
        with scope(harbor.pk, door=Door.STAFF):
            found = make(by=bob, now=NOW, **fields)
            return found[0] if isinstance(found, tuple) else found

    return build


@pytest.fixture
def allowed(harbor: Any, bob: Any) -> Any:
    def sign(case: Case, **terms: Any) -> None:
        with scope(harbor.pk, door=Door.STAFF):
            make_authorisation(client=case.client, by=bob, now=NOW, **terms)

    return sign


@pytest.fixture
def send(signed_in: Any, bob: Any) -> Any:
    def post(name: str, case: Case, data: dict[str, str] | None = None) -> tuple[int, str]:
        address, browser = reverse(name, args=["harbor", case.pk]), signed_in(bob)
        answer = browser.get(address) if data is None else browser.post(address, data)
        return answer.status_code, answer.content.decode()

    return post


def details(harbor: Any, case: Case, kind: str) -> dict[str, Any]:
    with scope(harbor.pk, door=Door.STAFF):
        found: dict[str, Any] = Event.objects.standing().get(case=case, kind=kind).details
        return found


def facts_of(harbor: Any, case: Case, kind: str) -> int:
    with scope(harbor.pk, door=Door.STAFF):
        return Event.objects.filter(case=case, kind=kind).count()


@EACH_FORM
def test_without_an_authorization_a_filing_for_the_client_asks_for_a_reason(name, harbor, made, send):
    _, kind, make = FORMS[name]
    case = made(make)
    assert NOT_YET in words_of(send(name, case)[1])

    status, page = send(name, case, FOR_THE_CLIENT | {"because": ""})

    assert status == 422
    [said] = errors_by_fields(page)
    assert said.endswith(f"{NOT_YET} Get it first, or tick this and say why")
    assert 'value="FX-1"' in page
    assert facts_of(harbor, case, kind) == 0

    said_why = {"all_the_same": "on", "because": "The plan took it by phone."}
    assert send(name, case, FOR_THE_CLIENT | said_why)[0] == 302
    kept = {"speaker": "representative", "without_authorization": "The plan took it by phone."}
    assert kept.items() <= details(harbor, case, kind).items()
    shown = words_of(send("dashboard:case", case)[1])
    assert "Filed for the client without an authorization: The plan took it by phone." in shown


@EACH_FORM
def test_with_an_authorization_nothing_more_is_asked(name, harbor, made, allowed, send):
    body, kind, make = FORMS[name]
    case = made(make)
    allowed(case, body=body)

    assert "File all the same" not in send(name, case)[1]
    assert send(name, case, FOR_THE_CLIENT)[0] == 302
    assert details(harbor, case, kind)["speaker"] == "representative"
    assert "without_authorization" not in details(harbor, case, kind)


@EACH_FORM
def test_a_client_who_files_needs_no_form_and_no_reason(name, harbor, made, send):
    _, kind, make = FORMS[name]
    case = made(make)
    stray = {"all_the_same": "on", "because": "typed, then the other answer was chosen"}

    assert send(name, case, FILED | {"speaker": "client"} | stray)[0] == 302

    assert details(harbor, case, kind)["speaker"] == "client"
    assert "without_authorization" not in details(harbor, case, kind)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"representative_signed_on": None}, "lacks the representative’s signature"),
        ({"expires_on": day_before(NOW, 1)}, "expired on Mon, Sep 14, 2026"),
        ({"body": "dmhc"}, "no form is on file"),
    ],
    ids=["unsigned", "expired", "of another body"],
)
def test_a_form_that_does_not_hold_is_named(made, allowed, send, terms, said):
    case = made(make_denied_case)
    allowed(case, **terms)

    status, page = send("grievances:file", case, FOR_THE_CLIENT)

    assert status == 422
    assert said in errors_by_fields(page)[0]


def test_the_form_counts_on_the_day_of_the_filing(made, allowed, send):
    case = made(make_denied_case, denied_days_ago=20)
    allowed(case)
    before = FOR_THE_CLIENT | boxes("filed_on", day_before(NOW, 11))

    assert "File all the same" not in send("grievances:file", case)[1], "in force today"
    status, page = send("grievances:file", case, before)

    assert status == 422
    assert "File all the same" in page
    assert "lacks the client’s signature" in errors_by_fields(page)[0]
    assert send("grievances:file", case, before | {"all_the_same": "on", "because": "phone"})[0] == 302


def test_while_nobody_knows_the_department_either_form_will_do(made, allowed, send):
    case = made(make_answered_case, regulator="unknown", evidence_kind="none", certainty="unknown")

    assert DEPARTMENT_UNKNOWN in words_of(send("imr:file", case)[1])
    assert send("imr:file", case, FOR_THE_CLIENT)[0] == 422

    allowed(case, body="cdi", both_sign=False)
    assert send("imr:file", case, FOR_THE_CLIENT)[0] == 302


def test_the_speakers_of_the_form_are_those_of_the_law_of_authority():
    assert [key for key, _ in SPEAKERS] == list(Speaker)
    assert REPRESENTATIVE == Speaker.REPRESENTATIVE


def test_a_step_shows_its_papers_and_which_are_here(harbor, bob, made, send):
    case = made(make_denied_case)
    with scope(harbor.pk, door=Door.STAFF):
        paper = make_document(case=case, by=bob, now=NOW, title="The letter of May")
        sort_document(document=paper, kind="refusal_letter", by=bob, now=NOW)

    shown = words_of(part_of(send("grievances:file", case)[1], "of-move"))

    assert "Here The plan's letter that says no The letter of May" in shown
    assert "Missing Form that lets us act (assistant or agent) Ask the client to sign." in shown
    assert "Would help Doctor's letter" in shown
    assert "You can save without them" in shown


def test_a_paper_is_asked_for_as_its_step_needs_it(made, send):
    case = made(make_denied_case, urgency="expedited")

    plan, department = (
        words_of(part_of(send(name, case)[1], "of-move")) for name in ("grievances:file", "imr:file")
    )

    assert "Would help Doctor's letter" in plan, "a call is enough"
    assert "Missing Doctor's letter" in department


def test_a_step_leaves_out_a_paper_that_this_case_has_no_use_for(harbor, bob, made, signed_in):
    def shown(urgency: str) -> str:
        case = made(make_denied_case, urgency=urgency)
        with scope(harbor.pk, door=Door.STAFF):
            said = {"channel": "fax", "reference": "", "by": bob, "now": NOW}
            grievance = file_grievance(case=case, filed_on=TODAY, **said)
        address = reverse("grievances:acknowledged", args=["harbor", grievance.pk])
        return part_of(signed_in(bob).get(address).content.decode(), "of-move")

    assert "The plan&#x27;s letter that it has the grievance" in shown("standard")
    assert shown("expedited") == "", "an urgent grievance needs no acknowledgment"


def test_a_step_without_papers_shows_none(bob, made, signed_in, harbor):
    case = made(make_imr_case)
    with scope(harbor.pk, door=Door.STAFF):
        filing = imr_of(case)

    page = signed_in(bob).get(reverse("imr:withdrawn", args=["harbor", filing.pk])).content.decode()

    assert part_of(page, "of-move") == ""


def imr_of(case: Case) -> Any:
    return IMRFiling.objects.get(case=case)


def test_every_paper_of_a_step_is_a_kind_that_some_case_needs():
    lives = (grievances.LIFE, imr.LIFE, appeals.LIFE)
    named = {paper for life in lives for move in life.moves for paper in move.papers}
    needs = {
        need.kind
        for stage in Stage
        for reason in ("necessity", "experimental", "coverage", "emergency")
        for urgent in (True, False)
        for department in ("dmhc", "cdi", "unknown")
        for need in needed(
            stage, department, urgent=urgent, experimental=reason == "experimental", reason=reason
        )
    }

    assert named <= set(PaperKind.values)
    assert named <= needs

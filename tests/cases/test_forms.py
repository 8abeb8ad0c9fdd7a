"""Every form of the casework, sent empty and sent wrong: in words, by the field, with what was typed kept."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.urls import reverse

from advocacy.kernel.lifecycle import Move
from advocacy.organisations.scope import Door, scope
from cases.appeals.lifecycle import LIFE as COMPLAINT
from cases.appeals.models import Appeal
from cases.casefile.models import Case, Event
from cases.casefile.queries import denial_of
from cases.casefile.services import add_task
from cases.clients.models import Client, Coverage
from cases.deadlines.models import Deadline
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.grievances.models import Grievance
from cases.imr.lifecycle import LIFE as IMR
from cases.imr.models import IMRFiling
from tests.cases.pages import boxes, errors_by_fields, errors_in_summary, everything, title_of
from tests.cases.people_forms import PEOPLE_FORMS
from tests.cases.reminder_forms import REMINDER_FORMS
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_answered_case,
    make_case,
    make_denied_case,
    make_document,
)

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)
TOMORROW = TODAY + timedelta(days=1)


def a_client(by: Any) -> list[Any]:
    return [make_case(by=by, now=NOW).client_id]


def a_case(by: Any) -> list[Any]:
    return [make_case(by=by, now=NOW).pk]


def a_denied_case(by: Any) -> list[Any]:
    return [make_denied_case(by=by, now=NOW).pk]


def a_fact(by: Any) -> list[Any]:
    case = make_denied_case(by=by, now=NOW)
    return [case.pk, Event.objects.get(case=case).pk]


def a_date(by: Any) -> list[Any]:
    case = make_denied_case(by=by, now=NOW)
    return [case.pk, Deadline.objects.get(case=case).pk]


def an_answered_case(by: Any) -> list[Any]:
    return [make_answered_case(by=by, now=NOW)[0].pk]


def a_denial(by: Any) -> list[Any]:
    return [denial_of(make_denied_case(by=by, now=NOW)).pk]


LIVES = {
    "grievances": (GRIEVANCE, Grievance), "imr": (IMR, IMRFiling), "appeals": (COMPLAINT, Appeal),
}  # fmt: skip


def a_row(feature: str, state: str, by: Any) -> list[Any]:
    """A grievance, filing or complaint in that state."""
    case, grievance = make_answered_case(by=by, now=NOW, answered_days_ago=2, filed_days_ago=60)
    _, model = LIVES[feature]
    if model is Grievance:
        Grievance.objects.filter(pk=grievance.pk).update(state=state)
        return [grievance.pk]
    return [model.objects.create(case=case, client_id=case.client_id, state=state, created_at=NOW).pk]


def a_task(by: Any) -> list[Any]:
    case = make_case(by=by, now=NOW)
    return [add_task(case=case, what="Call", due_on=TODAY, owner=by, by=by, now=NOW).pk]


def a_paper(by: Any) -> list[Any]:
    return [make_document(case=make_case(by=by, now=NOW), by=by, now=NOW).pk]


# A call that is good but for one answer.
CALL = {**boxes("on", TODAY), "time": "9:30 am", "with_whom": "plan", "said": "They “have” it & look."}


@dataclass
class Form:
    """One form: its address, what it is about, how many answers it needs, and a wrong set of them."""

    name: str
    about: Callable[[Any], list[Any]]
    missing: int
    wrong: dict[str, str] = field(default_factory=dict)
    words: str = ""


def of_move(feature: str, move: Move) -> Form:
    """The common form of a declared move, sent with a day that has not come."""
    asked = {"outcome": move.answers, "reference": move.asks_reference, "reason": move.asks_reason}
    said = {"outcome": "upheld", "reference": "R-77", "reason": "so they <say>"}
    wrong = boxes("on", TOMORROW) | {name: said[name] for name, is_asked in asked.items() if is_asked}
    missing = 1 + sum(bool(is_asked) for is_asked in asked.values())
    about = partial(a_row, feature, move.sources[0])
    return Form(
        f"{feature}:{move.name}",
        about,
        missing,
        wrong,
        "This day has not come yet. Enter the day it happened",
    )


FORMS = [
    Form("casefile:new_client", lambda by: [], 2, {
        "family_name": "Reyes", "given_name": "Ma<b>teo", "email": "not an address", "phone": "1",
        "language": "en",
    }, "Enter an e-mail address like name@example.org"),
    Form("casefile:correct_client", a_client, 2, {
        "family_name": " ", "given_name": "Soo-ah", "email": "", "phone": "", "language": "en",
    }, "Enter the family name"),
    *(Form(*each) for each in [*PEOPLE_FORMS, *REMINDER_FORMS]),
    Form("casefile:invite", a_client, 4, {
        "name": "María <Reyes>", "email": "maria at demo", "capacity": "parent", "language": "es",
    }, "Enter an e-mail address like name@example.org"),
    Form("casefile:open_case", a_client, 3, {
        "service": "", "urgency": "expedited",
    }, "Enter what the plan refused"),
    Form("casefile:correct_case", a_case, 3, {
        "service": "", "urgency": "expedited",
    }, "Enter what the plan refused"),
    Form("casefile:record_denial", a_case, 4, {
        **boxes("dated_on", TODAY), **boxes("received_on", TODAY - timedelta(days=3)), "how_received": "mail",
        "reason": "necessity", "reason_as_stated": "“Not” needed & so on",
    }, "Enter a day on or after the date on the letter"),
    Form("casefile:record_denial", a_case, 4, {
        **boxes("dated_on", TOMORROW), **boxes("received_on", TOMORROW), "how_received": "mail",
        "reason": "necessity", "reason_as_stated": "No.",
    }, "This day has not come yet. Enter the day it happened"),
    Form("casefile:correct_event", a_fact, 3, {
        **boxes("occurred_on", TOMORROW), **boxes("received_on", TOMORROW), "reason": "the stamp",
    }, "This day has not come yet. Enter the day it happened"),
    Form("casefile:write_note", a_case, 1, {"text": "   "}, "Write the note first"),
    Form("casefile:log_call", a_case, 4, CALL | {"time": "9:30"},
         "Enter the time of the call with am or pm, like 4:10 pm"),
    Form("casefile:log_call", a_case, 4, CALL | {"time": "11:30 pm"},
         "This moment has not come yet. Enter when the call was"),
    Form("casefile:log_call", a_case, 4, CALL | {"promise": "call back"},
         "Enter the day they promised it for. No day? Put the words into what was said"),
    Form("casefile:log_call", a_case, 4, CALL | boxes("promised_on", TOMORROW),
         "Enter what they promised for that day"),
    Form("casefile:log_call", a_case, 4,
         CALL | {"promise": "call back"} | boxes("promised_on", TODAY - timedelta(days=1)),
         "Enter a day on or after the day of the call"),
    Form("casefile:add_task", a_case, 3, {
        "what": "Call <the> clinic", "due_on_month": "9", "due_on_day": "31", "due_on_year": "2026",
    }, "Enter the day it is due: September 2026 has 30 days"),
    Form("casefile:drop_task", a_task, 1, {"reason": "  "}, "Say why it is not needed"),
    Form("casefile:give_task", a_task, 1, {"owner": ""}, "Choose who does it"),
    Form("documents:add", a_case, 1, {"title": "Letter <1>"}, "Choose the file"),
    Form("documents:kind", a_paper, 1, {"kind": "<b>poem"},
         "Select a valid choice. <b>poem is not one of the available choices."),
    Form("deadlines:doubt", a_date, 2, {"about": "taste", "words": "x"},
         "Select a valid choice. taste is not one of the available choices."),
    Form("deadlines:settled", a_date, 1, {"words": "  "}, "Say how it was settled"),
    Form("deadlines:verify", a_date, 1, {
        "day_month": "13", "day_day": "1", "day_year": "2026",
    }, "Enter the day on the paper: the month is a number from 1 to 12"),
    Form("deadlines:met", a_date, 2, {
        **boxes("on", TOMORROW), "words": "Letter <2>",
    }, "This day has not come yet. Enter the day it happened"),
    Form("deadlines:not_done", a_date, 1, {"reason": "r"},
         "There is nothing to take back here. Open the date again to see where it stands"),
    Form("deadlines:waive", a_date, 1, {"reason": "  "}, "Say why it no longer applies"),
    Form("deadlines:reopen", a_date, 1, {"reason": "r"},
         "There is nothing to take back here. Open the date again to see where it stands"),
    Form("deadlines:own", a_date, 2, {
        **boxes("on", TODAY - timedelta(days=1)), "reason": "r",
    }, "This day has passed. Choose today or a later day"),
    Form("deadlines:own", a_date, 2, {
        **boxes("on", TODAY + timedelta(days=900)), "reason": "r",
    }, "This is later than the date by the law. Say that you know it"),
    Form("deadlines:by_law", a_date, 1, {"reason": "r"},
         "There is nothing to take back here. Open the date again to see where it stands"),
    Form("deadlines:extend", a_date, 2, {
        **boxes("on", TODAY), "reason": "r",
    }, "We hold no rule by which this time can be extended"),
    Form("deadlines:not_extended", a_date, 1, {"reason": "r"},
         "There is nothing to take back here. Open the date again to see where it stands"),
    Form("deadlines:close", a_denied_case, 3, {"outcome": "  "}, "Say how the case ended"),
    Form("deadlines:reopen_case", a_case, 1, {"reason": "r"}, "This case is open"),
    Form("grievances:file", a_denied_case, 3, {
        "filed_on_month": "13", "filed_on_day": "1", "filed_on_year": "2026", "channel": "fax",
        "reference": "FX",
    }, "Enter the day it was filed: the month is a number from 1 to 12"),
    Form("grievances:file", a_case, 3, {
        **boxes("filed_on", TODAY), "channel": "fax", "reference": "FX-77", "speaker": "client",
    }, "Record the plan's refusal first: the grievance answers it"),
    Form("grievances:file", a_denied_case, 3, {
        **boxes("filed_on", TODAY), "channel": "fax", "reference": "FX-7", "speaker": "representative",
    }, "The plan will not speak with us yet: no form is on file. Get it first, or tick this and say why"),
    Form("grievances:file", a_denied_case, 3, {
        **boxes("filed_on", TODAY), "channel": "fax", "reference": "FX-7", "speaker": "representative",
        "all_the_same": "on", "because": "  ",
    }, "Say why it is filed without an authorization"),
    *(of_move(feature, move) for feature, (life, _) in LIVES.items() for move in life.recorded()),
    Form("imr:review_facts", a_denial, 4, {"recommended": "maybe"},
         "Select a valid choice. maybe is not one of the available choices."),
    Form("imr:file", an_answered_case, 3, {
        "filed_on_month": "2", "filed_on_day": "30", "filed_on_year": "2026", "channel": "web",
        "reference": "",
    }, "Enter the day it was filed: February 2026 has 28 days"),
    Form("appeals:file", an_answered_case, 3, {
        "filed_on_month": "2", "filed_on_day": "30", "filed_on_year": "2026", "channel": "web",
        "reference": "",
    }, "Enter the day it was filed: February 2026 has 28 days"),
]  # fmt: skip
BY_NAME = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.name} {form.words[:24]}")
# What a browser always sends, even with a form left empty.
TOKEN = {"csrfmiddlewaretoken": "x"}


@pytest.fixture
def send(signed_in: Any, harbor: Any, dana: Any, at_now: Any) -> Callable[..., Any]:
    """Post a form as Dana, who may do everything, and return the answer with every row before and after."""

    def post(form: Form, data: dict[str, str]) -> Any:
        with scope(harbor.pk, door=Door.STAFF):
            ids = form.about(dana)
            before = everything()
        response = signed_in(dana).post(reverse(form.name, args=["harbor", *ids]), TOKEN | data)
        with scope(harbor.pk, door=Door.STAFF):
            assert everything() == before
        return response

    return post


@BY_NAME
def test_an_empty_form_says_what_it_needs_and_leads_there(send, form):
    response = send(form, {})

    page = response.content.decode()
    assert response.status_code == 422
    assert len(errors_by_fields(page)) == form.missing
    assert errors_in_summary(page) == errors_by_fields(page)
    assert title_of(page).startswith("Error: ")
    assert_each_error_leads_to_a_box(page)


def assert_each_error_leads_to_a_box(page: str) -> None:
    for target in html.unescape(page).split('<li><a href="#')[1:]:
        assert f'id="{target.partition(chr(34))[0]}"' in page


@BY_NAME
def test_a_wrong_answer_is_named_by_its_field_and_what_was_typed_stays(send, form):
    response = send(form, form.wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert form.words in errors_by_fields(page)
    assert errors_in_summary(page) == errors_by_fields(page)
    assert title_of(page).startswith("Error: ")
    for typed in form.wrong.values():
        assert html.escape(typed.strip(), quote=True) in page
    assert "Ma<b>teo" not in page


def test_no_form_is_missing_from_this_page():
    modules = ("casefile", "deadlines", "documents", "grievances", "appeals", "imr")
    urls = [import_module(f"cases.{module}.urls") for module in modules]
    urls.append(import_module("reminders.staff_urls"))
    found = {f"{module.app_name}:{pattern.name}" for module in urls for pattern in module.urlpatterns}

    # What is left has nothing to type: pages, and buttons alone.
    assert found - {form.name for form in FORMS} == {
        "casefile:client", "casefile:new_case", "casefile:end_access", "casefile:work", "casefile:people",
        "casefile:finish_task", "casefile:end_authorisation", "deadlines:seen", "documents:checklist",
        "documents:download", "imr:check", "reminding:cover", "reminding:policies", "reminding:end_absence",
        "reminding:finish_nudge", "reminding:take_off", "reminding:use_default", "reminding:write_again",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "family"),
    [("", "Suharto"), ("Soo-ah", "김"), ("محمد", "الأحمد"), ("Zoë", "O’Brien-d’Arc"), ("X", "Ñ")],
)
def test_names_of_every_script_and_of_one_word_are_taken(signed_in, harbor, bob, given, family):
    data = {"given_name": given, "family_name": family, "phone": "", "email": "", "language": "other"}

    response = signed_in(bob).post("/o/harbor/clients/new/", TOKEN | data, follow=True)

    with scope(harbor.pk, door=Door.STAFF):
        client = Client.objects.get()
    assert (client.given_name, client.family_name) == (given, family)
    assert html.escape(client.listed_name) in response.content.decode()


def test_a_form_that_is_only_looked_at_says_no_error(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        addresses = [
            reverse(form.name, args=["harbor", *form.about(dana)])
            for form in FORMS
            if form.name != "casefile:write_note"
        ]

    for address in addresses:
        response = signed_in(dana).get(address)
        page = response.content.decode()
        assert response.status_code == 200
        assert errors_in_summary(page) == errors_by_fields(page) == []
        assert not title_of(page).startswith("Error")


def test_another_clients_plan_cannot_be_chosen(signed_in, harbor, dana):
    with scope(harbor.pk, door=Door.STAFF):
        mine, other = make_case(by=dana, now=NOW), make_case(by=dana, now=NOW)
    data = {
        "service": "MRI",
        "urgency": "standard",
        "owner": str(dana.pk),
        "coverage": str(other.coverage_id),
    }

    response = signed_in(dana).post(f"/o/harbor/clients/{mine.client_id}/case/", TOKEN | data)

    assert response.status_code == 422
    with scope(harbor.pk, door=Door.STAFF):
        assert Case.objects.count() == 2


def test_a_neighbour_cannot_be_made_the_owner(signed_in, harbor, dana, charlie):
    with scope(harbor.pk, door=Door.STAFF):
        client_id = make_case(by=dana, now=NOW).client_id
    data = {"service": "MRI", "urgency": "standard", "owner": str(charlie.pk), "coverage": ""}

    response = signed_in(dana).post(f"/o/harbor/clients/{client_id}/case/", TOKEN | data)

    assert response.status_code == 422
    assert "Charlie" not in response.content.decode()


def test_a_day_out_of_reach_is_worded_when_the_regulator_changes(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        # A DMHC rule reaches back so far, the ones of CDI do not.
        case = make_denied_case(by=dana, now=NOW, denied_days_ago=3_000)
        coverage = Coverage.objects.get(pk=case.coverage_id)
    data = {"plan_name": coverage.plan_name, "member_id": "", "regulator": "cdi", "evidence": ""}
    data |= {"evidence_kind": "card", "certainty": "likely"}

    response = signed_in(dana).post(f"/o/harbor/plans/{coverage.pk}/correct/", TOKEN | data)

    assert response.status_code == 422


def test_a_letter_that_comes_tomorrow_is_refused(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=dana, now=NOW)
    data = {**boxes("dated_on", TODAY), **boxes("received_on", TOMORROW), "how_received": "mail"}

    response = signed_in(dana).post(
        f"/o/harbor/cases/{case.pk}/refusal/", TOKEN | data | {"reason": "necessity"}
    )

    assert response.status_code == 422


def test_who_cannot_see_a_new_client_cannot_take_one_in(signed_in, harbor, vera, adam):
    data = {"given_name": "", "family_name": "Silva", "phone": "", "email": "", "language": "es"}

    for person in (vera, adam):
        assert signed_in(person).post("/o/harbor/clients/new/", TOKEN | data).status_code == 403

    with scope(harbor.pk, door=Door.STAFF):
        assert not Client.objects.exists()

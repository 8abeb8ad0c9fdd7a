"""What is posted and searched: bodies that the walk sends are good ones, and ids in them tell nothing."""

import re
from typing import Any

import pytest
from django.urls import reverse

from advocacy.kernel import clock
from advocacy.kernel.ids import new_id
from advocacy.organisations.scope import Door, scope
from cases.appeals.models import Appeal
from cases.casefile import services as casefile
from cases.casefile.models import Case, Denial, Event, Task
from cases.clients.models import Authorisation, Coverage, PortalAccess, Provider, Representative
from cases.deadlines.models import Deadline
from cases.documents.models import Document
from cases.grievances.models import Grievance
from cases.imr.models import IMRFiling
from reminders.models import Absence, EmergencyContact, Nudge
from tests.factories import day_before, make_client, make_denied_case, with_clock
from tests.security.bodies import bodies, closing, move_addresses
from tests.security.targets import NOTHING, patterns
from tests.security.tenants import HARBOR, SIERRA, Tenant, make_tenant

# The answer opens the way to the department; a withdrawal would take it back.
MOVES_AT_THE_PLAN = [
    name for name in move_addresses() if name.startswith("grievances:") and name != "grievances:withdrawn"
]
LATER_MOVES = [name for name in move_addresses() if name not in MOVES_AT_THE_PLAN]
# In the order in which a case goes.
STEPS = (
    "casefile:new_client", "casefile:correct_client", "casefile:add_coverage", "casefile:correct_coverage",
    "casefile:add_representative", "casefile:correct_representative", "casefile:authorise",
    "casefile:correct_authorisation", "casefile:end_authorisation", "casefile:add_provider",
    "casefile:correct_provider",
    "casefile:open_case", "casefile:correct_case", "casefile:record_denial", "casefile:correct_event",
    "casefile:write_note", "casefile:log_call", "casefile:give_task", "casefile:drop_task",
    "casefile:add_task", "casefile:finish_task", "documents:add", "documents:kind", "casefile:invite",
    "messages:send", "messages:read", "casefile:end_access",
    "deadlines:seen", "deadlines:verify", "deadlines:doubt", "deadlines:settled", "deadlines:own",
    "deadlines:by_law", "deadlines:met", "deadlines:not_done", "deadlines:waive", "deadlines:reopen",
    "deadlines:extend", "deadlines:not_extended", "deadlines:close", "deadlines:reopen_case",
    "reminding:choose", "reminding:use_default", "reminding:hours", "reminding:begin_absence",
    "reminding:end_absence", "reminding:stand_in", "reminding:name_own_address", "reminding:name_outsider",
    "reminding:write_again", "reminding:take_off", "reminding:set_nudge", "reminding:finish_nudge",
    "grievances:file", *MOVES_AT_THE_PLAN, "imr:review_facts", "imr:file", "appeals:file", *LATER_MOVES,
)  # fmt: skip


# Features whose own tests post their forms well: the walk posts them empty.
ELSEWHERE = {"dashboard", "keys", "feeds", "intake", "library", "testimonials", "directory"}
# Forms in which an id is chosen.
FIELDS = {
    "casefile:open_case": ("coverage", "owner"),
    "casefile:correct_case": ("coverage", "owner"),
    "casefile:add_task": ("owner",),
    "casefile:give_task": ("owner",),
    "documents:add": ("event",),
    "reminding:begin_absence": ("user", "cover"),
    "reminding:stand_in": ("stands_in",),
}


@pytest.fixture
def harbor_full(db: None, settings: Any, tmp_path: Any) -> Tenant:
    settings.MAIL_FOLDER = tmp_path
    return make_tenant(HARBOR, now=clock.now())


@pytest.fixture
def sierra_full(db: None, settings: Any, tmp_path: Any) -> Tenant:
    settings.MAIL_FOLDER = tmp_path
    return make_tenant(SIERRA, now=clock.now())


def newest_ids(organisation_id: Any) -> dict[str, Any]:
    """The ids of the newest row of each kind: what the last step has made."""
    kinds = {
        "case_id": Case.objects.order_by("opened_at"),
        "coverage_id": Coverage.objects.order_by("created_at"),
        "deadline_id": Deadline.objects.open().filter(direction="ours").order_by("computed_at"),
        "denial_id": Denial.objects.order_by("recorded_at"),
        "grievance_id": Grievance.objects.order_by("created_at"),
        "appeal_id": Appeal.objects.order_by("created_at"),
        "task_id": Task.objects.open().order_by("created_at"),
        "document_id": Document.objects.order_by("uploaded_at"),
        "filing_id": IMRFiling.objects.order_by("created_at"),
        "representative_id": Representative.objects.order_by("created_at"),
        "authorisation_id": Authorisation.objects.order_by("created_at"),
        "provider_id": Provider.objects.order_by("created_at"),
        "access_id": PortalAccess.objects.order_by("granted_at"),
        "absence_id": Absence.objects.order_by("made_at"),
        "contact_id": EmergencyContact.objects.order_by("made_at"),
        "nudge_id": Nudge.objects.order_by("made_at"),
    }
    found = {name: rows.last().pk for name, rows in kinds.items() if rows.exists()}
    case = Case.objects.get(pk=found["case_id"])
    event = Event.objects.standing().filter(case=case).order_by("recorded_at").last()
    return found | {"client_id": case.client_id, "event_id": event.pk if event else None}


def prepare(name: str, state: str, values: dict[str, Any], by: Any, now: Any) -> None:
    """Put the row that a move is about into a state it may move from, its thirty days over."""
    if name == "grievances:unanswered":
        case = Case.objects.get(pk=values["case_id"])
        casefile.record_event(
            case=case, kind="grievance_filed", occurred_on=day_before(now, 60), by=by, now=now
        )
    rows = {
        "grievances": Grievance.objects.filter(pk=values["grievance_id"]),
        "imr": IMRFiling.objects.filter(pk=values.get("filing_id")),
        "appeals": Appeal.objects.filter(pk=values.get("appeal_id")),
    }[name.partition(":")[0]]
    rows.update(state=state)


def newest_of(organisation_id: Any, name: str, now: Any) -> dict[str, Any]:
    """The same, where a step needs a row of a kind that the case does not come to by itself."""
    found = newest_ids(organisation_id)
    # The time of a decision is what may be extended.
    waived, met = Deadline.objects.filter(state="waived"), Deadline.objects.exclude(met_by_person=None)
    dates = {
        "deadlines:reopen": waived,
        "deadlines:not_done": met,
        "deadlines:not_extended": Deadline.objects.open().exclude(extended_on=None),
    }
    if name == "deadlines:extend":
        case, on = Case.objects.get(pk=found["case_id"]), day_before(now, 0)
        found["deadline_id"] = with_clock(case=case, rule="dmhc-imr-decision-30d", on=on, now=now).pk
    if name in dates:
        found["deadline_id"] = dates[name].get(case_id=found["case_id"]).pk
    return found


def test_every_body_of_the_walk_is_one_that_its_address_accepts(signed_in: Any, harbor_full: Tenant) -> None:
    browser, by, now = signed_in(harbor_full.people["alice"]), harbor_full.people["bob"], clock.now()
    bobs = signed_in(by)
    organisation_id, day = harbor_full.organisation.pk, day_before(now, 0)
    known, moves = {pattern.name: pattern for pattern in patterns()}, move_addresses()
    with scope(organisation_id, door=Door.STAFF):
        make_denied_case(by=by, now=now, denied_days_ago=3)

    answered = {}
    for name in STEPS:
        with scope(organisation_id, door=Door.STAFF):
            values = newest_ids(organisation_id) | {"org_slug": HARBOR}
            if name in moves:
                prepare(name, moves[name].sources[0], values, by, now)
            values = NOTHING | harbor_full.ids["desk"] | newest_of(organisation_id, name, now)
            values |= {"org_slug": HARBOR}
            more = closing(Deadline.objects.open().filter(case_id=values["case_id"]))
            if name == "messages:send":
                # Whoever was invited has come.
                PortalAccess.objects.update(accepted_at=now)
        form = bodies(harbor_full, day, coverage_id=values["coverage_id"])[name]
        # A second person checks a date.
        who = bobs if name == "deadlines:verify" else browser
        response = who.post(known[name].path(values), form | (more if name == "deadlines:close" else {}))
        answered[name] = response.status_code

    # The words of an invitation are shown once, on the page that made them.
    assert answered == dict.fromkeys(STEPS, 302) | {"casefile:invite": 200}


def test_every_form_behind_the_staff_door_has_a_body(harbor_full: Tenant) -> None:
    accepted = {
        pattern.name
        for pattern in patterns()
        if pattern.route.startswith("o/") and "POST" in _methods(pattern.view)
    }

    assert {name for name in accepted if name.partition(":")[0] not in ELSEWHERE} == set(STEPS)


def _methods(view: Any) -> set[str]:
    """Read from the closures of Django's decorator which methods a view takes."""
    found: set[str] = set()
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, (list, tuple)) and all(
                isinstance(each, str) and each.isupper() for each in cell.cell_contents
            ):
                found |= set(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return found


def answer(response: Any) -> tuple[int, str]:
    """Return the answer without its tokens."""
    return response.status_code, re.sub(r"[0-9A-Za-z]{64}", "", response.content.decode())


def test_an_id_in_a_form_that_is_out_of_reach_is_refused_like_one_that_does_not_exist(
    signed_in: Any, harbor_full: Tenant, sierra_full: Tenant
) -> None:
    browser, now = signed_in(harbor_full.people["dana"]), clock.now()
    own, other_client, foreign = harbor_full.ids["hers"], harbor_full.ids["rest"], sierra_full.ids["rest"]
    nobody_here = [sierra_full.people["charlie"].pk, harbor_full.client_person.pk]
    out_of_reach = {
        **dict.fromkeys(("owner", "user", "cover", "stands_in"), nobody_here),
        "coverage": [foreign["coverage_id"], other_client["coverage_id"]],
        "event": [foreign["event_id"], other_client["event_id"]],
    }
    known = {each.name: each for each in patterns()}

    for page, fields in FIELDS.items():
        path = known[page].path(own | {"org_slug": HARBOR})
        form = bodies(harbor_full, day_before(now, 0), coverage_id=own["coverage_id"])[page]
        for field in fields:
            absent = _post(browser, path, form | {field: str(new_id())})
            answers = [_post(browser, path, form | {field: str(value)}) for value in out_of_reach[field]]

            assert absent[0] == 422
            assert answers == [absent, absent], f"{page} tells of a {field}"


def _post(browser: Any, path: str, form: dict[str, Any]) -> tuple[int, str]:
    if "file" in form:
        form["file"].seek(0)
    status, text = answer(browser.post(path, form))
    # The form shows again what was chosen only where it is among its choices.
    return status, text.replace(form.get("owner", "-"), "<id>")


def test_a_name_of_another_tenant_is_searched_in_vain(
    signed_in: Any, harbor_full: Tenant, sierra_full: Tenant
) -> None:
    browser, url = signed_in(harbor_full.people["bob"]), reverse("casefile:new_case", args=[HARBOR])
    foreign, nonsense = "CANARY-sierra-rest-family", "Nobody-is-called-like-this"

    found = answer(browser.get(url, {"name": "CANARY-harbor"}))[1]
    vain = {name: answer(browser.get(url, {"name": name}))[1] for name in (foreign, nonsense)}

    assert "CANARY-harbor-rest-family" in found
    assert _without(vain[foreign], foreign) == _without(vain[nonsense], nonsense)


def _without(text: str, name: str) -> str:
    return text.replace(name, "")


def test_two_tenants_may_use_the_same_case_number_and_address(
    harbor: Any, sierra: Any, bob: Any, charlie: Any
) -> None:
    now, made = clock.now(), []
    for organisation, by in ((harbor, bob), (sierra, charlie)):
        with scope(organisation.pk, door=Door.STAFF):
            client = make_client(by=by, now=now, email="same@demo.example")
            made.append((make_denied_case(by=by, now=now, client=client).number, client.email))

    assert made[0] == made[1]

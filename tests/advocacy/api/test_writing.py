"""A case from its first day to the review, by a program: the same services, rules and words."""

from typing import Any

import pytest

from advocacy.accounts.models import User
from advocacy.audit.models import AuditEvent
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Event
from cases.casefile.services import CALIFORNIA
from cases.clients.models import Client
from cases.deadlines.models import Deadline
from tests.advocacy.api.asking import Program, program_of
from tests.factories import day_before, make_case, make_client, make_denied_case, make_filed_case

pytestmark = pytest.mark.django_db
HERSELF = {"speaker": "client"}


def ago(days: int) -> str:
    return day_before(clock.now(), days).isoformat()


@pytest.fixture
def program(alice: User) -> Program:
    return program_of(alice)


def made(answer: Any) -> dict[str, Any]:
    assert answer.status_code in {200, 201}, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def test_a_case_goes_all_the_way(program: Program, alice: User, harbor: Organisation) -> None:
    client = made(program.post("clients/", {"family_name": " Reyes ", "email": "A@Demo.example"}))
    plan = {"client": client["id"], "plan_name": "Golden Bay", "member_id": "GB-1", "regulator": "dmhc",
            "evidence_kind": "card", "certainty": "sure"}  # fmt: skip
    coverage = made(program.post("coverages/", plan))
    case = made(
        program.post("cases/", {"client": client["id"], "coverage": coverage["id"], "service": "MRI"})
    )
    letter = {"case": case["id"], "dated_on": ago(60), "received_on": ago(58), "how_received": "mail",
              "reason": "necessity", "amount": "120.50"}  # fmt: skip
    denial = made(program.post("denials/", letter))
    grievance = made(
        program.post("grievances/", {"case": case["id"], "filed_on": ago(50), "channel": "fax"} | HERSELF)
    )
    answered = {"move": "answered", "on": ago(20), "outcome": "upheld"}
    grievance = made(program.post(f"grievances/{grievance['id']}/moves/", answered))
    filing = made(
        program.post("imr-filings/", {"case": case["id"], "filed_on": ago(10), "channel": "web"} | HERSELF)
    )
    filing = made(
        program.post(
            f"imr-filings/{filing['id']}/moves/", {"move": "acknowledged", "on": ago(9), "reference": "I-7"}
        )
    )

    assert (client["family_name"], client["email"]) == ("Reyes", "a@demo.example")
    assert (case["owner"], case["urgency"]) == (str(alice.pk), "standard")
    assert denial["amount"] == "120.50"
    assert grievance["state"] == "resolved_upheld"
    assert filing["state"] == "dept_acknowledged"
    facts = program.get(f"events/?case={case['id']}").json()["results"]
    assert [each["kind"] for each in facts] == [
        "denied", "grievance_filed", "grievance_answered", "imr_filed", "imr_acknowledged",
    ]  # fmt: skip
    dates = program.get(f"deadlines/?case={case['id']}&state=open").json()["results"]
    assert dates
    assert all(each["working"] and each["cite"] for each in dates)
    with scope(harbor.pk, door=Door.STAFF):
        acts = set(AuditEvent.objects.values_list("act", flat=True))
    assert {"client created", "coverage added", "case opened", "fact denied", "fact imr_filed"} <= acts


def test_a_change_names_only_what_is_new(program: Program, alice: User, bob: User, in_harbor: None) -> None:
    case = make_case(by=alice, now=clock.now())
    before = program.get(f"clients/{case.client_id}/").json()

    client = made(program.patch(f"clients/{case.client_id}/", {"phone": "(510) 555-0199"}))
    coverage = made(program.patch(f"coverages/{case.coverage_id}/", {"delegate": "Bay Group"}))
    changed = made(program.patch(f"cases/{case.pk}/", {"owner": str(bob.pk)}))

    assert client == before | {"phone": "(510) 555-0199"}
    assert (coverage["delegate"], coverage["member_id"], coverage["certainty"]) == (
        "Bay Group",
        "GB-100200",
        "sure",
    )
    assert (changed["owner"], changed["service"], changed["coverage"]) == (
        str(bob.pk), "speech therapy", str(case.coverage_id),
    )  # fmt: skip


def test_a_fact_is_corrected_by_a_new_one(program: Program, alice: User, in_harbor: None) -> None:
    case = make_denied_case(by=alice, now=clock.now(), denied_days_ago=10)
    first = Event.objects.get(case=case)

    new = made(
        program.post(
            f"events/{first.pk}/corrections/",
            {"occurred_on": ago(9), "received_on": ago(8), "reason": "envelope"},
        )
    )
    again = program.post(
        f"events/{first.pk}/corrections/",
        {"occurred_on": ago(9), "received_on": ago(8), "reason": "envelope"},
    )

    assert (new["corrects"], new["occurred_on"], new["stands"]) == (str(first.pk), ago(9), True)
    assert program.get(f"events/{first.pk}/").json()["stands"] is False
    assert again.status_code == 422
    assert "corrected this already" in again.json()["detail"]


def test_a_date_is_met_or_waived_by_hand(program: Program, alice: User, in_harbor: None) -> None:
    one, other = (make_denied_case(by=alice, now=clock.now()) for _ in range(2))
    met, waived = (Deadline.objects.filter(case=case).first() for case in (one, other))

    done = made(program.post(f"deadlines/{met.pk}/meet/", {"on": ago(0), "words": "Fax report"}))
    over = made(program.post(f"deadlines/{waived.pk}/waive/", {"reason": "The client paid"}))
    twice = program.post(f"deadlines/{met.pk}/waive/", {"reason": "again"})

    assert (done["state"], done["met_on"], done["met_words"]) == ("met", ago(0), "Fax report")
    assert (over["state"], over["waived_reason"]) == ("waived", "The client paid")
    assert twice.status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "field", "words"),
    [
        ("clients/", {}, "family_name", "This field is required."),
        ("clients/", {"family_name": "  "}, "family_name", "This field may not be blank."),
        ("clients/", {"family_name": "R", "email": "no"}, "email", "Enter a valid email address."),
        ("clients/", {"family_name": "R", "organisation": "x"}, "organisation", "There is no such field"),
        ("clients/", {"family_name": "\ud800"}, "family_name", None),
        ("clients/", {"family_name": "a\x00b"}, "family_name", "Null characters are not allowed."),
        ("clients/", {"family_name": 7}, "family_name", "Send a text"),
        ("cases/", {"client": 7, "service": "MRI"}, "client", "Send a text"),
        ("clients/", [], "body", None),
        ("cases/", {"client": "x", "service": "MRI"}, "client", "Must be a valid UUID."),
        ("deadlines/preview/", {"rule": "none"}, "rule", None),
        ("deadlines/preview/", {"rule": "dmhc-grievance-resolve-30d"}, "on", "Send either on or at"),
        ("deadlines/preview/", {"rule": "dmhc-grievance-resolve-30d", "on": "9999-12-31"}, "on", None),
        ("deadlines/preview/", {"rule": "dmhc-wait-30d", "at": "2026-11-02T10:00:00"}, "at", None),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_by_the_field(
    program: Program, path: str, body: Any, field: str, words: str | None
) -> None:
    answer = program.post(path, body)

    said = answer.json()
    assert answer.status_code == 422, said
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(said["errors"]) == [field]
    assert words is None or said["errors"][field] == [words]


def test_the_rules_of_the_pages_hold(program: Program, alice: User, in_harbor: None) -> None:
    client = make_client(by=alice, now=clock.now())
    case, grievance = make_filed_case(by=alice, now=clock.now(), filed_days_ago=5)
    plan = {"client": str(client.pk), "plan_name": "Golden Bay", "regulator": "cdi"}
    letter = {"case": str(case.pk), "how_received": "mail", "reason": "necessity"}
    refused = {
        "coverages/": (plan, "certainty"),
        "denials/": (letter | {"dated_on": ago(3), "received_on": ago(4)}, "received_on"),
        "imr-filings/": (HERSELF | {"case": str(case.pk), "filed_on": ago(1), "channel": "web"}, "body"),
        f"grievances/{grievance.pk}/moves/": ({"move": "unanswered", "on": ago(0)}, "body"),
        "grievances/": (HERSELF | {"case": str(case.pk), "filed_on": ago(1), "channel": "fax"}, "body"),
    }

    for path, (body, field) in refused.items():
        answer = program.post(path, body)
        assert answer.status_code == 422, path
        assert field in answer.json()["errors"], answer.json()
    late = program.post("denials/", letter | {"dated_on": ago(0), "received_on": ago(-1)})
    assert late.json()["errors"] == {"received_on": ["This day has not come yet. Enter the day it happened"]}
    assert program.get("coverages/").json()["results"][0]["client"] == str(case.client_id)


def test_a_filing_for_a_client_says_why_without_an_authorization(
    program: Program, alice: User, in_harbor: None
) -> None:
    case = make_denied_case(by=alice, now=clock.now())
    filing = {"case": str(case.pk), "filed_on": ago(1), "channel": "fax", "speaker": "representative"}

    unsaid = program.post("grievances/", filing)
    said = made(program.post("grievances/", filing | {"because": "She signs on Monday"}))

    assert unsaid.json()["errors"] == {"because": ["Say why it is filed without an authorization"]}
    assert said["state"] == "filed"
    [fact] = Event.objects.filter(case=case, kind="grievance_filed")
    assert "She signs on Monday" in fact.details.values()


def test_the_hour_of_an_urgent_case_is_taken_and_outlives_a_correction(
    program: Program, alice: User, in_harbor: None
) -> None:
    urgent = make_denied_case(by=alice, now=clock.now(), urgency="expedited")
    standard = make_denied_case(by=alice, now=clock.now())
    filing = HERSELF | {"filed_on": ago(1), "channel": "fax", "hour": "16:10"}

    refused = program.post("grievances/", filing | {"case": str(standard.pk)})
    made(program.post("grievances/", filing | {"case": str(urgent.pk)}))
    first = Event.objects.get(case=urgent, kind="grievance_filed")
    right_day = {"occurred_on": ago(2), "reason": "the fax report"}
    made(program.post(f"events/{first.pk}/corrections/", right_day))

    assert refused.json()["errors"] == {"hour": ["This case counts days: leave it out"]}
    second = Event.objects.get(corrects=first)
    assert (first.occurred_at - second.occurred_at).total_seconds() == 24 * 3600
    assert second.occurred_at.astimezone(CALIFORNIA).strftime("%H:%M") == "16:10"


def test_what_a_step_does_not_ask_is_refused(program: Program, alice: User, in_harbor: None) -> None:
    _, grievance = make_filed_case(by=alice, now=clock.now())
    step = {"move": "acknowledged", "on": ago(1), "outcome": "upheld"}

    answer = program.post(f"grievances/{grievance.pk}/moves/", step)

    assert answer.json()["errors"] == {"outcome": ["This step does not ask for it"]}


def test_an_id_out_of_reach_is_refused_like_one_that_is_absent(
    program: Program, alice: User, charlie: User, sierra: Organisation, harbor: Organisation
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        own = make_case(by=alice, now=clock.now())
    with scope(sierra.pk, door=Door.STAFF):
        foreign = make_case(by=charlie, now=clock.now())
    absent = str(foreign.pk)[:-4] + "0000"
    case = {"client": str(own.client_id), "service": "MRI"}

    for path, body, field, ids in (
        ("cases/", case, "client", (foreign.client_id, absent)),
        ("cases/", case, "coverage", (foreign.coverage_id, absent)),
        ("cases/", case, "owner", (charlie.pk, absent)),
        ("grievances/", HERSELF | {"filed_on": ago(1), "channel": "fax"}, "case", (foreign.pk, absent)),
    ):
        answers = [program.post(path, body | {field: str(each)}) for each in ids]
        assert {each.status_code for each in answers} == {422}
        assert answers[0].json() == answers[1].json()
        assert list(answers[0].json()["errors"]) == [field]


def test_a_refused_request_leaves_nothing_behind(program: Program, alice: User, in_harbor: None) -> None:
    before = Client.objects.count()

    program.post("clients/", {"family_name": "New", "owner": "me"})

    assert Client.objects.count() == before


def test_a_preview_is_what_the_engine_says(program: Program) -> None:
    day = made(program.post("deadlines/preview/", {"rule": "dmhc-grievance-resolve-30d", "on": "2026-11-02"}))
    hour = made(
        program.post("deadlines/preview/", {"rule": "cdi-ur-urgent-72h", "at": "2026-11-02T16:10:00-08:00"})
    )

    assert day["nominal"].startswith("2026-12-02")
    assert day["last_lawful"] >= day["nominal"]
    assert day["working"]
    assert hour["nominal"].startswith("2026-11-05T16:10:00")

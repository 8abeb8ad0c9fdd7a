"""The forms about a client's plan and people, as `test_forms` sends them: empty and wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cases.pages import boxes
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_authorisation,
    make_case,
    make_client,
    make_provider,
    make_representative,
)

TODAY = day_before(NOW, 0)
TOMORROW = TODAY + timedelta(days=1)


def a_client(by: Any) -> list[Any]:
    return [make_client(by=by, now=NOW).pk]


def a_coverage(by: Any) -> list[Any]:
    return [make_case(by=by, now=NOW).coverage_id]


def a_representative(by: Any) -> list[Any]:
    return [make_representative(client=make_client(by=by, now=NOW), by=by, now=NOW).pk]


def an_authorisation(by: Any) -> list[Any]:
    return [make_authorisation(client=make_client(by=by, now=NOW), by=by, now=NOW).pk]


def a_provider(by: Any) -> list[Any]:
    return [make_provider(client=make_client(by=by, now=NOW), by=by, now=NOW).pk]


# Its address, what it is about, how many answers it needs, a wrong set of them, and what is then said.
PEOPLE_FORMS: list[tuple[str, Callable[[Any], list[Any]], int, dict[str, str], str]] = [
    ("casefile:add_coverage", a_client, 4, {
        "plan_name": " ", "member_id": "GB-77", "regulator": "dmhc", "evidence_kind": "card",
        "evidence": "the card", "certainty": "guess",
    }, "Enter the name of the health plan"),
    ("casefile:add_coverage", a_client, 4, {
        "plan_name": "Acme PPO", "member_id": "GB-79", "regulator": "cdi", "evidence_kind": "none",
        "evidence": "the <name>", "certainty": "sure",
    }, "Choose how we know it. If nobody knows yet, choose “Not known yet” as the regulator"),
    ("casefile:correct_coverage", a_coverage, 4, {
        "plan_name": "", "member_id": "GB-78", "regulator": "cdi", "evidence_kind": "card", "evidence": "",
        "certainty": "likely",
    }, "Enter the name of the health plan"),
    ("casefile:correct_coverage", a_coverage, 4, {
        "plan_name": "Acme PPO", "regulator": "cdi", "evidence_kind": "card", "certainty": "unknown",
    }, "Choose how sure we are"),
    ("casefile:correct_coverage", a_coverage, 4, {
        "plan_name": "Acme PPO", "regulator": "cdi", "evidence_kind": "other", "evidence": " ",
        "certainty": "sure",
    }, "Say in a few words how we know it"),
    ("casefile:add_representative", a_client, 2, {
        "name": "María <Reyes>", "relation": "parent", "phone": "1", "email": "maria at demo",
    }, "Enter an e-mail address like name@example.org"),
    ("casefile:correct_representative", a_representative, 2, {
        "name": " ", "relation": "attorney", "phone": "2", "email": "",
    }, "Enter their name"),
    ("casefile:authorise", a_representative, 3, {
        "body": "dmhc", "form": "Authorized <Assistant> Form", "both_sign": "client",
    }, "The DMHC form needs the client’s and the representative’s signature"),
    ("casefile:authorise", a_representative, 3, {
        "body": "plan", "form": "Letter", "both_sign": "both", **boxes("client_signed_on", TOMORROW),
    }, "This day has not come yet. Enter the day it was signed"),
    ("casefile:authorise", a_representative, 3, {
        "body": "plan", "form": "Letter", "both_sign": "both", "expires_on_month": "2",
        "expires_on_day": "30", "expires_on_year": "2027",
    }, "Enter the last day it holds: February 2027 has 28 days"),
    ("casefile:correct_authorisation", an_authorisation, 3, {
        "body": "plan", "form": "Letter", "both_sign": "client", **boxes("client_signed_on", TODAY),
        **boxes("expires_on", TODAY - timedelta(days=1)),
    }, "Enter a day on or after the signatures"),
    ("casefile:correct_authorisation", an_authorisation, 3, {
        "body": "records", "form": "Release", "both_sign": "client", **boxes("client_signed_on", TODAY),
        "stands_instead": "power of attorney",
    }, "Enter the day the client signed, or the paper that stands instead, not both"),
    ("casefile:add_provider", a_client, 3, {
        "name": "", "kind": "therapist", "phone": "3", "fax": "4", "address": "1 Hill <Street>",
        "in_network": "unknown",
    }, "Enter their name"),
    ("casefile:correct_provider", a_provider, 3, {
        "name": "Dr. Park", "kind": "", "phone": "5", "in_network": "no",
    }, "Choose what they are"),
]  # fmt: skip

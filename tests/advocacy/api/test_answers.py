"""Lists in pages, filters, and every "no" in one shape."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from advocacy.accounts.models import User
from advocacy.directory import services as directory
from advocacy.directory.models import Office
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from tests.advocacy.api.asking import BASE, Program, program_of
from tests.factories import make_client, make_denied_case, make_imr_case

pytestmark = pytest.mark.django_db
LISTS = [
    "clients/",
    "coverages/",
    "cases/",
    "denials/",
    "events/",
    "grievances/",
    "imr-filings/",
    "deadlines/",
]


@pytest.fixture
def program(bob: User) -> Program:
    return program_of(bob)


def pages(program: Program, path: str, meanwhile: Any = lambda: None) -> list[list[str]]:
    """Follow a list to its end; between two pages something happens."""
    found = []
    while path:
        answer = program.get(path).json()
        found.append([each["id"] for each in answer["results"]])
        meanwhile()
        path = (answer["next"] or "").partition(BASE)[2]
    return found


def test_pages_neither_skip_nor_repeat_while_rows_come(program: Program, bob: User, in_harbor: None) -> None:
    known = [str(make_client(by=bob, now=clock.now()).pk) for _ in range(5)]

    found = pages(program, "clients/?limit=2", lambda: make_client(by=bob, now=clock.now()))[:3]

    assert [len(each) for each in found] == [2, 2, 2]
    assert [key for page in found for key in page][:5] == known


def test_the_next_page_keeps_the_filter(program: Program, bob: User, in_harbor: None) -> None:
    cases = [make_denied_case(by=bob, now=clock.now()) for _ in range(3)]

    found = pages(program, f"events/?case={cases[1].pk}&limit=1")

    assert len(found) == 1
    assert len(found[0]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "cursor=nonsense", "cursor=%00", "limit=0", "limit=101", "limit=x", "limit=", "limit=²",
        "client=nonsense", "state=gone", "clinet=1", "owner=%ED%A0%80", "format=xml", "urgency=",
        "owner=", "client=01900000-0000-7000-8000-000000000000&client=01900000-0000-7000-8000-000000000001",
    ],
)  # fmt: skip
def test_a_parameter_that_says_nothing_is_refused(program: Program, query: str) -> None:
    answer = program.get(f"cases/?{query}")

    assert answer.status_code == 422, answer.content
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_filters_narrow(program: Program, bob: User, alice: User, in_harbor: None) -> None:
    case, _filing = make_imr_case(by=bob, now=clock.now())
    make_denied_case(by=alice, now=clock.now(), urgency="expedited")
    expected = {
        f"cases/?owner={bob.pk}": 1, f"cases/?client={case.client_id}": 1, "cases/?state=open": 2,
        "cases/?state=closed": 0, "cases/?urgency=expedited": 1, f"events/?case={case.pk}&kind=denied": 1,
        "events/?occurred_from=1999-01-01": 5, "events/?occurred_to=1999-01-01": 0,
        "imr-filings/?state=submitted": 1, "grievances/?state=withdrawn": 0, "deadlines/?rule=none": 0,
    }  # fmt: skip

    counted = {path: len(program.get(path).json()["results"]) for path in expected}

    assert counted == expected
    assert program.get("deadlines/?direction=ours&state=open").json()["results"]


def test_a_longer_list_asks_no_more_of_the_database(program: Program, bob: User, in_harbor: None) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert program.get(path).json()["results"]
        return len(queries)

    make_imr_case(by=bob, now=clock.now())
    program.get("cases/")
    few = {path: asked(path) for path in LISTS}
    for _ in range(3):
        make_imr_case(by=bob, now=clock.now())

    assert {path: asked(path) for path in LISTS} == few


@pytest.mark.parametrize("kind", ["regulators", "offices", "forms", "plans"])
def test_the_directory_is_read_by_keys_and_in_few_queries(program: Program, kind: str) -> None:
    directory.sync_directory(now=clock.now())

    with CaptureQueriesContext(connection) as queries:
        rows = program.get(f"directory/{kind}/?limit=100").json()["results"]
    one = program.get(f"directory/{kind}/{rows[0]['key']}/")

    assert len(rows) > 3
    assert len(queries) < 16
    assert one.json() == rows[0]


def test_a_record_that_is_not_shown_is_not_there(program: Program) -> None:
    directory.sync_directory(now=clock.now())
    Office.objects.filter(key="hicap").update(is_shown=False)

    assert program.get("directory/offices/hicap/").status_code == 404
    assert program.get("directory/offices/?regulator=dmhc").json()["results"]


def problem(answer: Any) -> tuple[int, str, str]:
    said = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= set(said)
    assert said["status"] == answer.status_code
    return answer.status_code, said["title"], said["code"]


def test_every_no_has_one_shape(program: Program, bob: User, harbor: Organisation) -> None:
    absent = "cases/01900000-0000-7000-8000-000000000000/"
    deep = "[" * 100_000
    browser = Browser(headers={"Authorization": f"Bearer {program.secret}"})
    path = BASE + "clients/"

    said = [
        problem(program.get(absent)),
        problem(program.get("cases/not-an-id/")),
        problem(program.get("no/such/thing")),
        problem(Program("").get("no/such/thing/")),
        problem(program.send("DELETE", "clients/")),
        problem(program.send("PUT", "clients/", {})),
        problem(program.send("OPTIONS", "clients/")),
        problem(program.get("clients/", Accept="text/html")),
        problem(browser.post(path, "<a/>", content_type="application/xml")),
        problem(browser.post(path, {"family_name": "R"})),
        problem(browser.post(path, "{", content_type="application/json")),
        problem(browser.post(path, b'{"a": "\xff"}', content_type="application/json")),
        problem(browser.post(path, deep, content_type="application/json")),
        problem(browser.post(path, '{"family_name": NaN}', content_type="application/json")),
        problem(
            browser.post(path, json.dumps({"family_name": "x" * 3_000_000}), content_type="application/json")
        ),
        problem(program.get("cases/?" + "&".join(f"a{number}=1" for number in range(1100)))),
    ]

    gone, method, media = (404, "Not Found", "not_found"), 405, 415
    assert said[:4] == [gone] * 4
    assert [each[0] for each in said[4:]] == [method] * 3 + [406] + [media] * 2 + [400] * 4 + [413, 400]


def test_a_method_that_is_not_taken_names_those_that_are(program: Program) -> None:
    answer = program.send("DELETE", "clients/")

    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST", "HEAD"}


def test_a_failure_of_ours_is_a_problem_too_and_tells_nothing(program: Program, monkeypatch: Any) -> None:
    def fail(*_args: Any, **_given: Any) -> None:
        raise RuntimeError("Mateo Reyes")

    monkeypatch.setattr("advocacy.api.v1.views.clients.services.create_client", fail)

    answer = program.post("clients/", {"family_name": "Reyes"})

    assert problem(answer) == (500, "Internal Server Error", "error")
    assert b"Mateo" not in answer.content


def test_no_answer_may_be_cached_or_read_from_another_site(program: Program) -> None:
    answer = program.get("cases/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not answer.cookies

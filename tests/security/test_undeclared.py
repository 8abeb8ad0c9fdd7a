"""Nothing undeclared can be written: each form, and each write of the API, with every field there is beside.

A field counts as declared if the page shows it, or the API's body names it.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import override_settings

from advocacy.kernel import clock
from advocacy.organisations.doors import DOORS
from advocacy.organisations.scope import Door, scope
from cases.clients.models import PortalAccess
from cases.deadlines.models import Deadline
from tests.advocacy.api.asking import Program, issue
from tests.factories import day_before, make_denied_case
from tests.security.api_bodies import BODIES
from tests.security.api_bodies import bodies as api_bodies
from tests.security.bodies import bodies, closing, move_addresses
from tests.security.targets import NOTHING, patterns
from tests.security.tenants import DESK, HARBOR, HERS, REST, SIERRA, Tenant, make_tenant
from tests.security.test_forms import STEPS, newest_ids, newest_of, prepare

pytestmark = pytest.mark.django_db
# Outside the locks, and still nobody's to change by a form of casework.
OTHER_TABLES = ("organisation", "membership", "access_key", "person")
# New with each request, whatever it says: ids, instants but for the one that tempts, hashes, ciphers.
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
PASSING = re.compile(
    r"(?!2001)\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)?|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b|k1:[\w+/=]+|![0-9A-Za-z]{40}"
)
NAMES = re.compile(rb'<(?:input|select|textarea)[^>]*\sname="([^"]+)"')


@pytest.fixture
def tenants(db: None, settings: Any, tmp_path: Any) -> Iterator[tuple[Tenant, Tenant]]:
    settings.MAIL_FOLDER = tmp_path
    with override_settings(API_REQUESTS_A_MINUTE=10**9):
        yield make_tenant(HARBOR, now=clock.now()), make_tenant(SIERRA, now=clock.now())


def temptations(other: Tenant, person: Any) -> dict[str, str]:
    """Return every field of every model of ours, by both of its names, with a value that would do harm."""
    found: dict[str, str] = {
        "role": "owner",
        "state": "met",
        "status": "met",
        "kind": "api",
        "is_operator": "on",
    }
    for model in apps.get_models():
        if model.__module__.partition(".")[0] not in {"advocacy", "cases", "reminders"}:
            continue
        for each in model._meta.local_fields:
            for name in {each.name, each.attname}:
                found.setdefault(name, _value(each, other, person))
    return found


def _value(of: Any, other: Tenant, person: Any) -> str:
    if of.is_relation:
        table = of.related_model._meta.db_table
        known = {"organisation": other.organisation.pk, "person": person.pk} | {
            "case_file": other.ids[REST]["case_id"]
        }
        return str(known.get(table, other.ids[REST].get(f"{table}_id", person.pk)))
    kinds: list[tuple[Any, str]] = [
        (models.BooleanField, "on"),
        (models.DateTimeField, "2001-02-03T04:05:06Z"),
        (models.DateField, "2001-02-03"),
        (models.IntegerField, "7"),
        (models.JSONField, "{}"),
        (models.UUIDField, str(other.ids[REST]["client_id"])),
    ]
    return next((value for kind, value in kinds if isinstance(of, kind)), "undeclared")


def rows(tenant: Tenant) -> set[str]:
    """Return every row in reach, as text that begins with its table."""
    tables = " UNION ALL ".join(
        f"SELECT '{table} ' || to_jsonb(t)::text FROM {table} t" for table in (*DOORS, *OTHER_TABLES)
    )
    with scope(tenant.organisation.pk, door=Door.JOB), connection.cursor() as cursor:
        cursor.execute(tables)
        return {text for (text,) in cursor.fetchall()}


def effect(tenant: Tenant, before: set[str], act: Any) -> tuple[int, list[str]]:
    """Do it, and return its status with the rows it made or changed; then take it back."""
    with transaction.atomic():
        status = act().status_code
        new = rows(tenant) - before
        transaction.set_rollback(True)
    return status, sorted(_lasting(text, "".join(before)) for text in new)


def _lasting(text: str, before: str) -> str:
    """Return a row without what differs each time. Ids that were there stay: a change of owner shows."""
    text = ID.sub(lambda found: found[0] if found[0] in before else "<new>", text)
    return PASSING.sub("<passing>", text)


def shown_names(browser: Any, path: str) -> set[str]:
    """Return the fields that the page of a form shows, or that it shows when it was sent empty."""
    with transaction.atomic():
        answer = browser.get(path)
        page = answer.content if answer.status_code == 200 else browser.post(path, {}).content
        transaction.set_rollback(True)
    return {name.decode() for name in NAMES.findall(page)}


def test_a_form_writes_what_it_shows_and_nothing_else(tenants: tuple[Tenant, Tenant], signed_in: Any) -> None:
    harbor, sierra = tenants
    by, now = harbor.people["bob"], clock.now()
    browsers = {"alice": signed_in(harbor.people["alice"]), "bob": signed_in(by)}
    known, more = {each.name: each for each in patterns()}, temptations(sierra, harbor.people["vera"])
    with scope(harbor.organisation.pk, door=Door.STAFF):
        make_denied_case(by=by, now=now, denied_days_ago=3)

    differing, idle, tempted = [], [], 0
    for name in STEPS:
        path, form = _step(name, harbor, known, by, now)
        browser = browsers["bob" if name == "deadlines:verify" else "alice"]
        declared = shown_names(browser, path) | set(form)
        extra = {key: value for key, value in (more | _boxes(more)).items() if key not in declared}
        tempted += len(extra)
        before = rows(harbor)
        plain, loaded = (
            effect(harbor, before, partial(_post, browser, path, sent)) for sent in (form, extra | form)
        )
        differing += [name] if plain != loaded else []
        idle += [] if plain[1] else [name]
        _post(browser, path, form)

    assert tempted > 5000
    assert idle == ["messages:read"], "it changed nothing, and proves nothing"
    assert differing == []


def _boxes(more: dict[str, str]) -> dict[str, str]:
    """A day is posted in three boxes."""
    days = [name for name in more if name.endswith("_on")]
    return {
        f"{name}_{part}": value
        for name in days
        for part, value in (("month", "2"), ("day", "3"), ("year", "2001"))
    }


def _post(browser: Any, path: str, form: dict[str, Any]) -> Any:
    for each in form.values():
        if hasattr(each, "seek"):
            each.seek(0)
    return browser.post(path, form)


def _step(name: str, tenant: Tenant, known: Any, by: Any, now: datetime) -> tuple[str, dict[str, Any]]:
    moves = move_addresses()
    with scope(tenant.organisation.pk, door=Door.STAFF):
        values = newest_ids(tenant.organisation.pk)
        if name in moves:
            prepare(name, moves[name].sources[0], values, by, now)
        values = NOTHING | tenant.ids[DESK] | newest_of(tenant.organisation.pk, name, now)
        values |= {"org_slug": HARBOR}
        dates = closing(Deadline.objects.open().filter(case_id=values["case_id"]))
        if name == "messages:send":
            PortalAccess.objects.update(accepted_at=now)
    form = bodies(tenant, day_before(now, 0), coverage_id=values["coverage_id"])[name]
    return known[name].path(values), form | (dates if name == "deadlines:close" else {})


def test_the_api_refuses_each_field_that_a_body_does_not_declare(tenants: tuple[Tenant, Tenant]) -> None:
    harbor, sierra = tenants
    program = Program(issue(harbor.people["alice"])[1])
    known, more = {each.name: each for each in patterns()}, temptations(sierra, harbor.people["vera"])

    for name, declared in BODIES.items():
        pattern, body = known[name], api_bodies(harbor, HERS)[name]
        path = pattern.path(harbor.ids[HERS]).removeprefix("/api/v1/")
        method = "PATCH" if "patch" in pattern.view.actions else "POST"
        extra = {key: value for key, value in more.items() if key not in declared().fields}

        before, answers = rows(harbor), []

        def act() -> Any:
            answers.append(program.send(method, path, body | extra))  # noqa: B023
            return answers[0]  # noqa: B023

        assert effect(harbor, before, act) == (422, []), name
        assert set(answers[0].json()["errors"]) == set(extra), name
        assert len(extra) > 150


def test_what_the_api_shows_cannot_be_sent_back_changed(tenants: tuple[Tenant, Tenant]) -> None:
    """A program that sends a row back as it read it is told which fields are not its to write."""
    harbor, _ = tenants
    program = Program(issue(harbor.people["alice"])[1])

    for path in (f"clients/{harbor.ids[HERS]['client_id']}/", f"cases/{harbor.ids[HERS]['case_id']}/"):
        row = program.get(path).json()
        answer = program.patch(path, row)

        assert answer.status_code == 422
        assert {"id"} <= set(answer.json()["errors"]) < set(row)

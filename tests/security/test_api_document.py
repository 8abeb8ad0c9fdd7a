"""What the document promises, asked by schemathesis with three keys: nothing else comes, nothing fails."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    load_all_checks,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    status_code_conformance,
)

from advocacy.api.schema import document
from advocacy.directory import services as directory
from advocacy.kernel import clock
from tests.advocacy.api.asking import issue
from tests.security.figures import PROPERTY
from tests.security.tenants import HARBOR, HERS, Tenant, make_tenant

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, ignored_auth,
]  # fmt: skip
KEYS = {"the owner": ("alice", "write"), "a volunteer": ("vera", "write"), "a reader": ("bob", "read")}
RECORDS = {"regulators": "dmhc", "offices": "hicap", "forms": "dmhc-imr-complaint", "plans": "aetna-life"}
SEEN = frozenset({200, 201})


@pytest.fixture
def tenant(db: None, settings: Any, tmp_path: Any) -> Iterator[Tenant]:
    settings.MAIL_FOLDER = tmp_path
    settings.API_REQUESTS_A_MINUTE = 10**9
    directory.sync_directory(now=clock.now())
    # A request in this process must not close the connection that the test holds.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield make_tenant(HARBOR, now=clock.now())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(*, locked: bool = True) -> Iterator[Any]:
    """Yield the operations; not `locked`, as if they wanted no key: it is not the key that is bad then."""
    load_all_checks()
    said = deepcopy(document())
    for each in said["paths"].values() if not locked else ():
        for operation in each.values():
            operation["security"] = []
    schema = schemathesis.openapi.from_dict(said)
    schema.app = WSGIHandler()
    for found in schema.get_all_operations():
        yield found.ok()


def ways(operation: Any, unlocked: Any, own: dict[str, str]) -> list[Any]:
    """Return how one operation is asked: well, of a row that is there; well, of any row; badly."""
    rows = {name: own[name] for name in own if f"{{{name}}}" in operation.path}
    if "key" in rows:
        rows["key"] = RECORDS[operation.path.split("/")[-3]]
    well = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=rows or None)
    found = [well, operation.as_strategy(generation_mode=GenerationMode.POSITIVE)] if rows else [well]
    # What takes nothing cannot be asked badly.
    with suppress(Exception):
        found.append(unlocked.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return found


def ask(
    operation: Any, way: Any, *, headers: dict[str, str], own: dict[str, str], examples: int
) -> Counter[Any]:
    """Ask one operation in one way; what the document does not say raises."""
    answered: Counter[tuple[str, int]] = Counter()

    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate], derandomize=examples < 10,
    )  # fmt: skip
    @given(case=way, names_own=st.booleans())
    def each(case: Any, names_own: bool) -> None:
        if names_own and isinstance(case.body, dict):
            case.body |= {name: own[f"{name}_id"] for name in ("client", "case") if name in case.body}
        # Bad keys are what the check of ignored keys sends.
        case.headers.pop("Authorization", None)
        response = case.call(headers=headers)
        answered[operation.label, response.status_code] += 1
        case.validate_response(
            response, checks=CHECKS, headers=headers, transport_kwargs={"headers": headers}
        )

    # There is no bad value for an address that takes any text.
    with suppress(Unsatisfiable):
        each()
    return answered


def ask_everything(tenant: Tenant, *, examples: int) -> Counter[tuple[str, int]]:
    own = {name: str(key) for name, key in tenant.ids[HERS].items()} | {"key": ""}
    secrets = [issue(tenant.people[person], scope=scope)[1] for person, scope in KEYS.values()]
    answered: Counter[tuple[str, int]] = Counter()
    for operation, unlocked in zip(operations(), operations(locked=False), strict=True):
        for place, way in enumerate(ways(operation, unlocked, own)):
            # The short form asks badly, and of rows that are not there, with the owner's key alone.
            for secret in secrets if place == 0 or examples > 1 else secrets[:1]:
                headers = {"Authorization": f"Bearer {secret}"}
                answered += ask(operation, way, headers=headers, own=own, examples=examples)
    return answered


def judge(answered: Counter[tuple[str, int]], record_property: Callable[[str, object], None]) -> None:
    everything = {operation.label for operation in operations()}
    asked = {label for label, _ in answered}
    by_status: Counter[int] = Counter()
    for (_, status), times in answered.items():
        by_status[status] += times
    record_property(
        PROPERTY,
        f"API: operations {len(everything)}, covered {len(asked)}; requests {answered.total()}; "
        f"by status {dict(sorted(by_status.items()))}; undocumented 0, 5xx 0, ignored keys 0",
    )

    assert len(everything) > 35
    assert asked == everything
    assert {label for label, status in answered if status in SEEN} >= {
        label for label in everything if label.startswith("GET ")
    }


def test_a_few_requests_to_each_operation_get_what_the_document_says(
    tenant: Tenant, record_property: Callable[[str, object], None]
) -> None:
    judge(ask_everything(tenant, examples=1), record_property)


@pytest.mark.proof
def test_many_requests_to_each_operation_get_what_the_document_says(
    tenant: Tenant, record_property: Callable[[str, object], None]
) -> None:
    judge(ask_everything(tenant, examples=100), record_property)

"""The document of the API says all there is, to programs and to people."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from advocacy.api.schema import chapters, document
from tests.security.targets import patterns

pytestmark = pytest.mark.django_db


def operations() -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": said
        for path, each in document()["paths"].items()
        for method, said in each.items()
    }


def test_the_generator_has_nothing_to_complain_of() -> None:
    GENERATOR_STATS.reset()

    SchemaGenerator().get_schema(request=None, public=True)

    assert not GENERATOR_STATS


def test_every_address_and_method_is_in_the_document() -> None:
    addresses = {
        (each.route, method)
        for each in patterns()
        for method in getattr(each.view, "actions", {})
        if method != "head"
    }

    assert len(addresses) > 35
    assert len(operations()) == len(addresses)


def test_every_operation_wants_a_key_and_names_its_refusals() -> None:
    for name, said in operations().items():
        assert said["security"] == [{"key": []}], name
        assert said["description"], name
        assert {"401", "403", "422", "429"} <= set(said["responses"]), name
        assert ("409" in said["responses"]) == name.startswith("post "), name
        assert ("404" in said["responses"]) == ("{" in name or name.startswith("post ")), name
        named = {each["name"] for each in said.get("parameters", [])}
        assert ("Idempotency-Key" in named) == name.startswith("post "), name


def test_bodies_are_closed_and_rows_are_read_only() -> None:
    schemas = document()["components"]["schemas"]
    closed = {name for name, each in schemas.items() if each.get("additionalProperties") is False}
    shown = [each for name, each in schemas.items() if name.endswith("Shown")]

    assert len(closed) > 12
    assert len(shown) > 10
    for each in shown:
        assert all(field.get("readOnly") for field in each["properties"].values())


def test_anybody_may_read_it_as_a_document_and_as_a_page() -> None:
    stranger = Client()

    served, page = stranger.get("/api/v1/schema/"), stranger.get("/api/v1/docs/")

    assert served.json() == document()
    assert page.status_code == 200
    text = page.content.decode()
    for _, found in chapters():
        for operation in found:
            assert f"{operation.method} {operation.path}" in text

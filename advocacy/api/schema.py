"""The document of the API: what drf-spectacular reads from the views, and what it cannot see."""

import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from advocacy.api.errors import PROBLEM
from advocacy.api.services import HEADER

WRITES: Final = ("post", "patch")
CHOICE: Final = re.compile(r"^\* `(\S+)` - ")
PROBLEM_SHAPE: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, for people."},
        "code": {"type": "string", "description": "What is wrong, for programs."},
        "errors": {
            "type": "object",
            "description": "By field of the request: what is wrong with it.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
ONCE: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A word of your own for this request: sent again within 24 hours, it gets the same answer "
    "and has no second effect.",
}
WHEN: Final = {
    400: "The request cannot be read.",
    401: "There is no key, or it opens nothing.",
    403: "The key may only read, or the role of its member may not do this.",
    404: "There is nothing here, or it is not yours to see.",
    405: "This address does not take the method.",
    406: "JSON is what there is.",
    409: "A request with this Idempotency-Key is being answered.",
    413: "The body is too large.",
    415: "Send JSON.",
    422: "What was sent cannot be taken; errors says by field why.",
    429: "Too many requests of the organization; Retry-After says when there is room again.",
}


class KeyScheme(OpenApiAuthenticationExtension):
    """How the document names our keys."""

    target_class = "advocacy.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def complete(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Add what holds for every operation: its refusals, a request's name, bodies closed to other fields."""
    schemas = result["components"]["schemas"]
    schemas["Problem"] = PROBLEM_SHAPE
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if method == "post":
                operation.setdefault("parameters", []).append(ONCE)
            for status in _refusals(path, method):
                operation["responses"][str(status)] = _refusal(status)
            for name in _sent_by(operation):
                schemas[name]["additionalProperties"] = False
    return result


def _refusals(path: str, method: str) -> list[int]:
    known = {400, 401, 403, 405, 406, 422, 429}
    if "{" in path or method == "post":
        # A repeated request is not answered again to who may no longer see what it shows.
        known.add(404)
    if method in WRITES:
        known |= {413, 415}
    if method == "post":
        known.add(409)
    return sorted(known)


def _refusal(status: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "description": WHEN[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        said["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    if status == HTTPStatus.UNAUTHORIZED:
        said["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return said


def _sent_by(operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    return [each["schema"]["$ref"].rpartition("/")[2] for each in content.values()]


@cache
def document() -> dict[str, Any]:
    """Return the document; it is the same as long as the process lives."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@dataclass(frozen=True)
class Field:
    """One thing that an operation takes: a parameter or a field of its body."""

    name: str
    place: str
    kind: str
    needed: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    takes: list[Field]
    answers: list[str]


def chapters() -> list[tuple[str, list[Operation]]]:
    """Return the operations by what they are about, in the order of their addresses."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document()["paths"].items():
        about = path.removeprefix("/api/v1/").split("/")[0]
        for method, said in operations.items():
            found.setdefault(about, []).append(_operation(path, method, said))
    return list(found.items())


def _operation(path: str, method: str, said: dict[str, Any]) -> Operation:
    takes = [
        Field(each["name"], each["in"], _kind(each["schema"]), each.get("required", False),
              each.get("description", ""))
        for each in said.get("parameters", [])
    ]  # fmt: skip
    for name in _sent_by(said):
        body = document()["components"]["schemas"][name]
        needed = body.get("required", [])
        takes += [
            Field(field, "body", _kind(each), field in needed, _words(each))
            for field, each in body["properties"].items()
        ]
    answers = sorted(said["responses"])
    return Operation(said["operationId"], method.upper(), path, said.get("description", ""), takes, answers)


def _words(schema: dict[str, Any]) -> str:
    """Return what a field means; the words of a closed list stand in the document as lines of its own."""
    said = schema.get("description", "")
    return "; ".join(CHOICE.sub(r"\1: ", line) for line in said.splitlines() if line)


def _kind(schema: dict[str, Any]) -> str:
    """Return in a few words what a value is."""
    if "oneOf" in schema:
        return _kind(schema["oneOf"][0])
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    kind = schema.get("type", "")
    kind = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{kind} ({schema['format']})" if "format" in schema else kind

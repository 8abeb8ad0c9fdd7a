"""Pages of a list by a cursor: a row that comes meanwhile moves nothing."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.http import urlencode
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from advocacy.api.errors import Invalid

CURSOR, LIMIT = "cursor", "limit"
USUAL, MOST = 50, 100
PARAMETERS: Final = frozenset({CURSOR, LIMIT})


class Pages(BasePagination):
    """Rows by their ids, which grow with time; the cursor is the last one of the page before."""

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """Return the rows of the page that was asked for.

        Raises: Invalid.
        """
        self.request = request
        self.limit = _limit(request.query_params.get(LIMIT))
        if after := _cursor(request.query_params.get(CURSOR)):
            queryset = queryset.filter(pk__gt=after)
        rows = list(queryset.order_by("pk")[: self.limit + 1])
        self.last = rows[self.limit - 1].pk if len(rows) > self.limit else None
        return rows[: self.limit]

    def get_paginated_response(self, data: Iterable[Any]) -> Response:
        return Response({"next": self._next(), "results": data})

    def _next(self) -> str | None:
        if self.last is None:
            return None
        asked = {**self.request.query_params.dict(), CURSOR: str(self.last)}
        return f"{settings.BASE_URL}{self.request.path}?{urlencode(asked)}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page for the document."""
        address = {
            "type": ["string", "null"],
            "format": "uri",
            "description": "The address of the next page; null on the last one.",
        }
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": address, "results": schema},
        }

    def get_schema_operation_parameters(self, _view: Any) -> list[dict[str, Any]]:
        """Describe the two parameters for the document."""
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return [
            {"name": CURSOR, "in": "query", "required": False, "schema": {"type": "string", "format": "uuid"},
             "description": "Where the page begins. Take it from `next`."},
            {"name": LIMIT, "in": "query", "required": False, "schema": size,
             "description": "How many rows at most."},
        ]  # fmt: skip


def _cursor(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid({CURSOR: "This is no cursor of ours. Take it from next"}) from error


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise Invalid({LIMIT: f"Send a number from 1 to {MOST}"})
    return int(text)

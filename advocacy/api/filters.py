"""Filters of lists: each is declared, and what is not declared is refused rather than passed over."""

from typing import Any

import django_filters as filters
from django.forms import SlugField
from rest_framework.filters import BaseFilterBackend

from advocacy.api.errors import Invalid


def an_id(field: str, said: str) -> filters.UUIDFilter:
    """Keep the rows whose field holds this id; one out of sight finds nothing, like one that is absent."""
    return filters.UUIDFilter(field_name=field, help_text=said)


def a_day(field: str, lookup: str, said: str) -> filters.DateFilter:
    """Keep the rows whose day is on one side of this one."""
    return filters.DateFilter(
        field_name=field, lookup_expr=lookup, input_formats=["%Y-%m-%d"], help_text=said
    )


class KeyFilter(filters.CharFilter):
    field_class = SlugField


def a_key(field: str, said: str) -> KeyFilter:
    """Keep the rows whose field holds this key: of a rule, of a record of the directory."""
    return KeyFilter(field_name=field, strip=False, help_text=said)


def one_of(field: str, choices: Any, said: str) -> filters.ChoiceFilter:
    """Keep the rows whose field holds this value of a closed list."""
    return filters.ChoiceFilter(field_name=field, choices=choices, help_text=said)


class Declared(BaseFilterBackend):
    """Narrow a list by the view's `filterset_class`."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        """Return the rows that fit.

        Raises: Invalid.
        """
        if view.filterset_class is None:
            return queryset
        found = view.filterset_class(data=request.query_params, queryset=queryset, request=request)
        if not found.is_valid():
            raise Invalid(found.errors)
        return found.qs

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the filters for the document."""
        declared = view.filterset_class.base_filters if view.filterset_class else {}
        return [
            {"name": name, "in": "query", "required": False, "schema": _schema(each),
             "description": each.extra["help_text"]}
            for name, each in declared.items()
        ]  # fmt: skip


def _schema(declared: Any) -> dict[str, Any]:
    if isinstance(declared, filters.UUIDFilter):
        return {"type": "string", "format": "uuid"}
    if isinstance(declared, filters.DateFilter):
        return {"type": "string", "format": "date"}
    if isinstance(declared, filters.ChoiceFilter):
        return {"type": "string", "enum": [value for value, _words in declared.extra["choices"]]}
    return {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}

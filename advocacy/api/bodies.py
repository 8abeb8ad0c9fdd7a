"""What a program may send: declared field by field, and judged by the form of the page that asks the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from advocacy.kernel.forms import PARTS


class Body(serializers.Serializer):
    """The fields of one request; another one is refused, so that nothing undeclared can be written."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            undeclared = [str(name) for name in data if name not in self.fields]
            if undeclared:
                raise serializers.ValidationError(dict.fromkeys(undeclared, "There is no such field"))
            # A number that is taken for a text, or for an id, is a mistake of the program: better told.
            other = [name for name, value in data.items() if not isinstance(value, str | None)]
            if other:
                raise serializers.ValidationError(dict.fromkeys(other, "Send a text"))
        return super().to_internal_value(data)


def posted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as a browser would post them: a day in three boxes, nothing as an empty text."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, date):
            found |= {f"{name}_{part}": str(getattr(value, part)) for part, _words in PARTS}
        else:
            found[name] = "" if value is None else str(value)
    return found

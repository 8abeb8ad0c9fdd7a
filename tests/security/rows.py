"""A row with marks for every tenant table that the story of a case does not reach.

A new feature's table is filled by itself, from what its model says of its fields; where a constraint
asks for more, the table has its line in `INSTEAD`. Its id is known to the walk as `<table>_id`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import models

from advocacy.accounts.models import User
from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.kernel.ids import new_id
from advocacy.organisations.models import TenantModel

if TYPE_CHECKING:
    from tests.security.tenants import Marks

# What a constraint or a page asks for, by table and field; a function is given the time.
INSTEAD: dict[str, dict[str, Any]] = {
    # Handed in, so that people at work see it; only a published one has words for the public.
    "testimonial": {
        "state": "submitted",
        "newest": 1,
        "submitted_at": lambda now: now,
        "published_text": "",
        "published_translation": "",
        "published_name": "",
    },
    # Kept for a while yet: an expired one may be removed.
    "api_answer": {"expires_at": lambda now: now + timedelta(days=1)},
    "reminder_policy": {
        "ours_days": [30, 7, 1, 0], "ours_hours": [24, 1], "theirs_every_days": 7, "also": [],
        "client_days": [7], "escalate_days": 3,
    },
    # Not yet: whoever is told now is told.
    "absence": {
        "first_day": lambda now: now.date() + timedelta(days=60),
        "last_day": lambda now: now.date() + timedelta(days=61),
    },
    # Anybody but who writes the row.
    "stand_in": {"stands_in": lambda now: User.objects.latest("pk")},
    "testimonial_consent": {"text_version": "story-2026-11", "text_language": "en"},
}  # fmt: skip
# The names that addresses use for an id where it is not the table's.
CALLED = {"help_request": "request_id", "testimonial": "story_id"}


def empty_tables() -> list[Any]:
    """Return the tenant models with no row in the organisation in scope, first those others refer to."""
    waiting = [
        model for model in apps.get_models() if issubclass(model, TenantModel) and not model.objects.exists()
    ]
    ordered: list[Any] = []
    while waiting:
        ready = [model for model in waiting if not set(_parents(model)) & (set(waiting) - {model})]
        assert ready, f"{waiting} refer to each other"
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def _parents(model: Any) -> Iterator[Any]:
    return (field.related_model for field in model._meta.local_fields if field.is_relation and not field.null)


def is_of_a_client(model: Any) -> bool:
    """True if each of its rows belongs to one client."""
    return any(field.name == "client" and not field.null for field in model._meta.local_fields)


def add_row(model: Any, mark: "Marks", *, ids: dict[str, UUID], by: User, now: datetime) -> None:
    """Write one row, and name its id among those of its part."""
    table = model._meta.db_table
    instead = {name: each(now) if callable(each) else each for name, each in INSTEAD.get(table, {}).items()}
    fields = [field for field in model._meta.local_fields if field.name not in instead]
    values = {field.name: _value(field, mark, ids, by, now) for field in fields}
    given = {name: value for name, value in values.items() if value is not None}
    row = model.objects.create(**given | instead)
    ids[f"{table}_id"] = ids[CALLED.get(table, f"{table}_id")] = row.pk


def _value(field: Any, mark: "Marks", ids: dict[str, UUID], by: User, now: datetime) -> Any:
    """Return what to write into a field, or None for what it takes by itself."""
    if field.primary_key or field.name == "organisation" or field.has_default():
        return None
    if field.is_relation:
        return None if field.null else _related(field, ids, by)
    if field.choices:
        return None if field.blank else field.choices[0][0]
    if isinstance(field, (models.CharField, models.TextField)):
        return _text(field, mark)
    return None if field.null else _plain(field, now)


def _related(field: Any, ids: dict[str, UUID], by: User) -> Any:
    if field.related_model is User:
        return by
    names = [f"{field.related_model._meta.db_table}_id", f"{field.name}_id"]
    key = next(ids[name] for name in names if name in ids)
    return field.related_model.objects.get(pk=key)


def _text(field: Any, mark: "Marks") -> str:
    text = mark.address() if isinstance(field, models.EmailField) else mark(field.name.replace("_", "-"))
    text = text.lower() if isinstance(field, models.SlugField) else text
    room = None if isinstance(field, EncryptedTextField) else field.max_length
    if room is None or len(text) <= room:
        return text
    return "" if field.blank else text[-room:]


def _plain(field: Any, now: datetime) -> Any:
    kinds: list[tuple[type, Callable[[], Any]]] = [
        (models.DateTimeField, lambda: now),
        (models.DateField, now.date),
        (models.BooleanField, bool),
        (models.IntegerField, lambda: 1),
        (models.UUIDField, new_id),
    ]
    for kind, make in kinds:
        if isinstance(field, kind):
            return make()
    raise AssertionError(f"{field}: say in INSTEAD what to write")

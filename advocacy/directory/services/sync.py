"""Bring the records up to the catalogue, and leave alone what an operator has changed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, cast

import pghistory
from django.db import models, transaction

from advocacy.directory import catalogue
from advocacy.directory.models import RECORDS, FormVersion, Record

# Not facts of the catalogue: ours, the database's, or made by an act of their own.
OWN: Final = frozenset(
    {"id", "key", "synced", "is_shown", "is_current", "ended_on"}
    | {"stored_as", "original_name", "content_type", "size", "sha256"}
)
# How a row is known: it moves with the facts, and only while every fact of the row is the catalogue's.
KNOWN_BY: Final = frozenset({"source", "confidence", "checked_on"})

Related = dict[str, dict[str, Record]]


@dataclass
class Outcome:
    """What a run did: counts, and where the operator's words stand against the catalogue's."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


class BadRow(Exception):
    """A row of the catalogue cannot be read; nothing of this run is kept."""


@transaction.atomic
def sync_directory(*, now: datetime) -> Outcome:
    """Create what is missing and update what is still as the catalogue said last.

    A field that an operator changed stays, and is named in `kept`. Records that left the catalogue stay,
    and are named in `unlisted`. A second run changes nothing.

    Raises: BadRow.
    """
    outcome = Outcome()
    with pghistory.context(act="catalog read", at=now.isoformat()):
        for model in RECORDS:
            _sync_model(model, outcome)
    return outcome


def _sync_model(model: type[Record], outcome: Outcome) -> None:
    rows = {row["key"]: row for row in catalogue.rows(model.__name__)}
    standing = {record.key: record for record in model.objects.select_for_update()}
    named = _named_by(model)
    new: list[Record] = []
    for key, row in rows.items():
        wanted = _facts(model, row)
        record = standing.get(key)
        try:
            if record is not None:
                _update(record, wanted, named, outcome)
                continue
            record = _made(model, row, wanted, named)
            if isinstance(record, FormVersion):
                # It may take the place of one before it.
                record.is_current = bool(row.get("current")) and _may_become_current(record, outcome)
                record.save()
            else:
                new.append(record)
            outcome.created += 1
        except ValueError as error:
            raise BadRow(f"{model._meta.verbose_name} {key}: {error}") from error
    model.objects.bulk_create(new)
    gone = [record for key, record in standing.items() if record.synced and key not in rows]
    outcome.unlisted += [_named(record) for record in gone]


def _named_by(model: type[Record]) -> Related:
    """Return, for each field that names a record of another kind, all of that kind by key."""
    return {
        each.name: {record.key: record for record in cast(type[Record], each.related_model).objects.all()}
        for each in model._meta.concrete_fields
        if isinstance(each, models.ForeignKey)
    }


def _made(model: type[Record], row: catalogue.Row, wanted: dict[str, Any], named: Related) -> Record:
    record = model(key=row["key"], synced=wanted)
    for name, value in wanted.items():
        _set(record, name, value, named)
    return record


def _update(record: Record, wanted: dict[str, Any], named: Related, outcome: Outcome) -> None:
    theirs = [name for name in wanted if name not in KNOWN_BY and _is_theirs(record, name, wanted[name])]
    frozen = set(theirs) | (KNOWN_BY if theirs else set())
    said, changed = dict(record.synced), False
    for name in wanted.keys() - frozen:
        value = wanted[name]
        if _is_theirs(record, name, value):
            # Somebody looked later than the catalogue: no news, so no line.
            if name != "checked_on" or _plain(record, name) < value:
                theirs.append(name)
            continue
        changed = changed or _plain(record, name) != value
        _set(record, name, value, named)
        said[name] = value
    if said != record.synced:
        record.synced = said
        record.save()
    outcome.updated += changed
    outcome.unchanged += not changed
    outcome.kept += [f"{_named(record)}: {name}" for name in sorted(theirs)]


def _is_theirs(record: Record, name: str, value: Any) -> bool:
    """True if an operator changed the field: it is neither what we said last nor what we say now."""
    present = _plain(record, name)
    return present != value and not (record.synced and present == record.synced.get(name))


def _may_become_current(version: FormVersion, outcome: Outcome) -> bool:
    """A new edition replaces one of the catalogue's, never one that an operator published."""
    present = FormVersion.objects.filter(
        form_id=version.form_id, language=version.language, is_current=True
    ).first()
    if present is None:
        return True
    if not present.synced:
        outcome.kept.append(f"{_named(present)}: current")
        return False
    ends = max(version.checked_on, present.effective_from or version.checked_on)
    FormVersion.objects.filter(pk=present.pk).update(is_current=False, ended_on=ends)
    return True


def _facts(model: type[Record], row: catalogue.Row) -> dict[str, Any]:
    """Return every fact of a row as plain JSON values; what the row leaves out is empty."""
    facts = {}
    for each in model._meta.concrete_fields:
        if each.name in OWN:
            continue
        value = row.get(each.name, each.get_default())
        facts[each.name] = value.isoformat() if isinstance(value, date) else value
    return facts


def _plain(record: Record, name: str) -> Any:
    value = getattr(record, name)
    if isinstance(value, Record):
        return value.key
    return value.isoformat() if isinstance(value, date) else value


def _set(record: Record, name: str, value: Any, named: Related) -> None:
    if name in named and value:
        if value not in named[name]:
            raise ValueError(f"{name.capitalize()} {value} is not in the directory")
        value = named[name][value]
    elif name in named:
        value = None
    elif isinstance(record._meta.get_field(name), models.DateField) and value:
        value = date.fromisoformat(value)
    setattr(record, name, value)


def _named(record: Record) -> str:
    return f"{record._meta.verbose_name} {record.key}"

"""What pages show of the directory, and how a record came to be as it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q

from advocacy.accounts.models import User
from advocacy.directory.models import (
    RECORDS,
    Form,
    FormVersion,
    HealthPlan,
    Office,
    OfficeKind,
    Record,
    Regulator,
)


@dataclass(frozen=True)
class Directory:
    """The list page: bodies by what they do, forms, and the plans that match."""

    regulators: list[Regulator]
    groups: list[tuple[str, list[Office]]]
    forms: list[Form]
    plans: list[HealthPlan]
    wanted: str


def directory(*, wanted: str = "") -> Directory:
    """Return what is shown; `wanted` narrows the plans to those whose names hold it."""
    offices = list(Office.objects.shown().select_related("regulator"))
    regulators = Regulator.objects.shown().prefetch_related(
        Prefetch("offices", Office.objects.shown(), to_attr="shown_offices")
    )
    grouped = [
        (str(OfficeKind(kind).label), [office for office in offices if office.kind == kind])
        for kind in OfficeKind.values
    ]
    return Directory(
        regulators=list(regulators),
        groups=[(title, members) for title, members in grouped if members],
        forms=list(forms()),
        plans=_plans(wanted.strip()[:80]),
        wanted=wanted.strip()[:80],
    )


def _plans(wanted: str) -> list[HealthPlan]:
    plans = HealthPlan.objects.shown().select_related("regulator")
    if wanted:
        plans = plans.filter(
            Q(name__icontains=wanted) | Q(legal_name__icontains=wanted) | Q(also_called__icontains=wanted)
        )
    return list(plans)


def forms() -> models.QuerySet[Form]:
    """Return the shown forms, each with its current editions."""
    current = FormVersion.objects.shown().filter(is_current=True).order_by("language")
    return (
        Form.objects.shown()
        .select_related("regulator")
        .prefetch_related(Prefetch("versions", current, to_attr="current_versions"))
    )


def office(key: str) -> Office:
    """Return one office with its regulator. Raises: Office.DoesNotExist."""
    return Office.objects.shown().select_related("regulator").get(key=key)


def forms_of(regulator: Regulator | None) -> list[Form]:
    """Return the forms that a body takes, with their current editions."""
    return list(forms().filter(regulator=regulator)) if regulator else []


def form(key: str) -> Form:
    """Return one form with its current editions. Raises: Form.DoesNotExist."""
    return forms().get(key=key)


def plan(key: str) -> HealthPlan:
    """Return one plan with its regulator and that body's offices. Raises: HealthPlan.DoesNotExist."""
    return HealthPlan.objects.shown().select_related("regulator").get(key=key)


def offices_of(regulator: Regulator | None) -> list[Office]:
    """Return the shown offices of a body."""
    return list(regulator.offices.filter(is_shown=True)) if regulator else []


def copy_of(key: str) -> FormVersion:
    """Return a shown edition of which we have the file. Raises: FormVersion.DoesNotExist."""
    return FormVersion.objects.shown().filter(form__is_shown=True).exclude(stored_as="").get(key=key)


def stale(*, checked_until: date) -> list[Record]:
    """Return every shown record that nobody checked after the day, the longest unchecked first."""
    found: list[Record] = []
    for model in RECORDS:
        found.extend(model.objects.shown().last_checked_by(checked_until))
    return sorted(found, key=lambda record: (record.checked_on, str(record)))


def records_named(names: list[str]) -> list[Record]:
    """Return the records of `table:id` names; what is no such name is passed over."""
    tables = {model._meta.db_table: model for model in RECORDS}
    found: list[Record] = []
    for name in names:
        table, _colon, key = name.partition(":")
        if table in tables and _is_id(key):
            found.extend(tables[table].objects.filter(pk=key))
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Change:
    """One state of a record: when it came, by whom, and what differs from the state before."""

    at: datetime
    who: str
    act: str
    differences: list[tuple[str, str, str]]


def history(record: Record) -> list[Change]:
    """Return the changes of a record, newest first, as the triggers wrote them."""
    events = list(record.history.select_related("pgh_context").order_by("pgh_id"))  # type: ignore[attr-defined]
    contexts = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
    people = {
        str(key): name
        for key, name in User.objects.filter(
            pk__in={each["person"] for each in contexts if each.get("person")}
        ).values_list("pk", "name")
    }
    changes = []
    before: Any = None
    for event, context in zip(events, contexts, strict=True):
        changes.append(
            Change(
                at=event.pgh_created_at,
                who=people.get(context.get("person", ""), ""),
                act=context.get("act", "") or event.pgh_label,
                differences=_differences(record, before, event) if before else [],
            )
        )
        before = event
    return changes[::-1]


def _differences(record: Record, before: Any, after: Any) -> list[tuple[str, str, str]]:
    found = []
    for each in record._meta.concrete_fields:
        if each.name == "synced":
            continue
        old, new = getattr(before, each.attname), getattr(after, each.attname)
        if old != new:
            found.append((str(each.verbose_name), _words(old), _words(new)))
    return found


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)

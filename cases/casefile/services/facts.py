"""Acts on a case: open it, write its facts and notes, give it to somebody."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F

from advocacy.accounts.models import Membership, User
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.kernel.facts import facts_changed
from advocacy.kernel.lifecycle import Move
from advocacy.kernel.text import time_of_day
from advocacy.organisations import scope
from cases.casefile.models import Case, CaseNumber, Denial, Event, EventKind, Note
from cases.clients.models import Client, Coverage

# The law's days are California's days, wherever the person who types them sits.
CALIFORNIA = ZoneInfo("America/Los_Angeles")


class FactInFuture(Refusal):
    words = "This day has not come yet. Enter the day it happened"


class HourInFuture(Refusal):
    words = "This time has not come yet. Enter when it happened"
    field = "hour"


class NotAColleague(Refusal):
    words = "Choose somebody who works here"
    field = "owner"


class AlreadyCorrected(Refusal):
    words = "Somebody has corrected this already. Open the case again to see it"


class MovedOn(Refusal):
    words = "This has moved on. Open the case again to see where it stands"


class BeforeEarlier(Refusal):
    """A step dated before the one it follows."""


def _next_number(now: datetime) -> str:
    year = now.astimezone(CALIFORNIA).year
    counter, _ = CaseNumber.objects.get_or_create(year=year)
    # The update locks the row: two cases opened at once get two numbers.
    CaseNumber.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db(fields=["last"])
    return f"{year % 100:02d}-{counter.last:04d}"


@transaction.atomic
def open_case(
    *,
    client: Client,
    coverage: Coverage | None,
    service: str,
    urgency: str,
    owner: User,
    by: UUID,
    now: datetime,
) -> Case:
    """Open a case for one disputed service.

    Raises: NotAColleague.
    """
    _require_colleague(owner)
    case: Case = Case.objects.create(
        client=client,
        coverage=coverage,
        number=_next_number(now),
        service=service.strip(),
        urgency=urgency,
        owner=owner,
        opened_at=now,
    )
    audit.record(act="case opened", at=now, actor_id=by, client_id=client.pk, subject=case)
    return case


@transaction.atomic
def correct_case(
    *, case: Case, coverage: Coverage | None, service: str, urgency: str, owner: User, by: UUID, now: datetime
) -> None:
    """Replace what the case says of itself; its dates are worked out again.

    Raises: NotAColleague.
    """
    _require_colleague(owner)
    case.coverage, case.service, case.urgency, case.owner = coverage, service.strip(), urgency, owner
    case.save(update_fields=["coverage", "service", "urgency", "owner"])
    audit.record(act="case corrected", at=now, actor_id=by, client_id=case.client_id, subject=case)
    announce(case, now)


def _require_colleague(person: User) -> None:
    organisation_id = scope.current_organisation_id()
    live = Membership.objects.live().filter(organisation_id=organisation_id, user=person)
    if not live.exists():
        raise NotAColleague


@transaction.atomic
def record_denial(
    *,
    case: Case,
    reason: str,
    reason_as_stated: str,
    amount: Decimal | None,
    dated_on: date,
    received_on: date,
    how_received: str,
    by: User,
    now: datetime,
) -> Denial:
    """Record what the plan refused, and the fact with its days.

    Raises: FactInFuture.
    """
    if received_on > now.astimezone(CALIFORNIA).date():
        raise FactInFuture(field="received_on")
    denial: Denial = Denial.objects.create(
        client_id=case.client_id,
        case=case,
        reason=reason,
        reason_as_stated=reason_as_stated.strip(),
        amount=amount,
        recorded_at=now,
    )
    record_event(
        case=case,
        kind=EventKind.DENIED,
        occurred_on=dated_on,
        details={"received_on": received_on.isoformat(), "how_received": how_received, "reason": reason},
        by=by,
        now=now,
    )
    return denial


@transaction.atomic
def record_review_facts(*, denial: Denial, facts: Mapping[str, bool | None], by: User, now: datetime) -> None:
    """Record what eligibility for review asks: fields of `Denial`, None where it is not known."""
    for name, value in facts.items():
        setattr(denial, name, value)
    denial.save(update_fields=list(facts))
    audit.record(
        act="review facts recorded", at=now, actor_id=by.pk, client_id=denial.client_id, subject=denial
    )


@transaction.atomic
def record_event(
    *,
    case: Case,
    kind: str,
    occurred_on: date,
    by: User,
    now: datetime,
    occurred_at: datetime | None = None,
    details: dict[str, Any] | None = None,
    corrects: Event | None = None,
) -> Event:
    """Write a dated fact and announce it. `occurred_at` is its instant, where that is known.

    Raises: FactInFuture, HourInFuture.
    """
    if occurred_on > now.astimezone(CALIFORNIA).date():
        raise FactInFuture
    if occurred_at is not None and occurred_at > now:
        raise HourInFuture
    event: Event = Event.objects.create(
        client_id=case.client_id,
        case=case,
        kind=kind,
        occurred_on=occurred_on,
        occurred_at=occurred_at,
        details=details or {},
        corrects=corrects,
        recorded_at=now,
        recorded_by=by,
    )
    audit.record(act=f"fact {kind}", at=now, actor_id=by.pk, client_id=case.client_id, subject=event)
    announce(case, now, kind=kind)
    return event


def correct_event(
    *,
    event: Event,
    occurred_on: date,
    reason: str,
    by: User,
    now: datetime,
    outcome: str = "",
    received_on: date | None = None,
    occurred_at: datetime | None = None,
) -> Event:
    """Correct the days of a fact, its hour or its outcome; the first stays readable, struck through.

    Raises: FactInFuture, HourInFuture, AlreadyCorrected.
    """
    if received_on and received_on > now.astimezone(CALIFORNIA).date():
        raise FactInFuture(field="received_on")
    changes = {"outcome": outcome, "received_on": received_on.isoformat() if received_on else ""}
    try:
        with transaction.atomic():
            return record_event(
                case=event.case,
                kind=event.kind,
                occurred_on=occurred_on,
                occurred_at=occurred_at,
                details=event.details
                | {name: value for name, value in changes.items() if value}
                | {"correction": reason.strip()},
                corrects=event,
                by=by,
                now=now,
            )
    except IntegrityError as error:
        raise AlreadyCorrected from error


@transaction.atomic
def record_move(
    *,
    row: Any,
    move: Move,
    on: date,
    by: User,
    now: datetime,
    at: datetime | None = None,
    outcome: str = "",
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Move a grievance, a filing or a complaint along its table, and write the fact the move stands on.

    Raises: MovedOn, BeforeEarlier, FactInFuture, HourInFuture.
    """
    # From where it stands in the database now: two people may press at once.
    fresh = type(row).objects.select_for_update().get(pk=row.pk)
    if fresh.state not in move.sources:
        raise MovedOn
    require_after(row.case, move.after, on=on, at=at)
    row.state = move.target(outcome)
    row.save(update_fields=["state"])
    said = {"outcome": outcome} if outcome else {}
    return record_event(
        case=row.case, kind=move.fact, occurred_on=on, occurred_at=at, details={**(details or {}), **said},
        by=by, now=now,
    )  # fmt: skip


def require_after(case: Case, earlier: Mapping[str, str], *, on: date, at: datetime | None = None) -> None:
    """Refuse a moment before the facts that a step follows: kinds of fact, with the words for their day.

    Raises: BeforeEarlier.
    """
    found = Event.objects.standing().filter(case=case, kind__in=earlier)
    for event in found.order_by("-occurred_on")[:1]:
        if on < event.occurred_on:
            raise BeforeEarlier(f"Enter a day on or after {earlier[event.kind]}")
        if at is not None and event.occurred_at is not None and at < event.occurred_at:
            hour = time_of_day(event.occurred_at, str(CALIFORNIA))
            raise BeforeEarlier(f"Enter a time from {hour} on: {event.get_kind_display()} then", field="hour")


@transaction.atomic
def write_note(*, case: Case, text: str, by: User, now: datetime) -> Note:
    """Write a private note."""
    note: Note = Note.objects.create(
        client_id=case.client_id, case=case, text=text.strip(), written_at=now, written_by=by
    )
    audit.record(act="note written", at=now, actor_id=by.pk, client_id=case.client_id, subject=note)
    return note


def announce(case: Case, now: datetime, *, kind: str = "") -> None:
    """Say that a fact changed, of which kind if it is dated: what hangs on it follows in this transaction."""
    facts_changed.send(
        sender=Case, organisation_id=case.organisation_id, client_id=case.client_id, case_id=case.pk,
        kind=kind, now=now,
    )  # fmt: skip

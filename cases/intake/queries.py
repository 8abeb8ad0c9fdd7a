"""The triage list, and whom a request may be the same as."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Func, Q, Value
from django.utils.timesince import timesince

from advocacy.accounts.doors import Actor
from cases.casefile.models import Case
from cases.casefile.queries import clients_visible_to, visible_to
from cases.clients.models import Client
from cases.intake.models import HelpRequest, HelpRequestQuerySet, State

PHONE_DIGITS = 10
# The page says that we answer within two work days.
SOON = timedelta(days=1)
MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Row:
    """One request that waits: how long it has, and what colour that takes."""

    request: HelpRequest
    state: str
    line1: str
    line2: str


def row(help_request: HelpRequest, now: datetime) -> Row:
    """Return a waiting request as a row of the list."""
    waited = now - help_request.received_at
    age = f"{timesince(help_request.received_at, now, depth=1)} ago" if waited > MOMENT else "just now"
    if help_request.urgent:
        return Row(help_request, "soon", "Urgent", f"asked {age}")
    if help_request.state == State.SNOOZED:
        return Row(help_request, "soon", "Back today", f"asked {age}")
    return Row(help_request, "soon" if waited > SOON else "later", "Waits", f"asked {age}")


def waiting(today: date) -> HelpRequestQuerySet:
    """Return what needs somebody now: urgent ones first, then the newest."""
    found: HelpRequestQuerySet = HelpRequest.objects.waiting(today)
    return found.order_by("-urgent", "-received_at")


def put_off(today: date) -> HelpRequestQuerySet:
    """Return what waits for its day, soonest first."""
    found: HelpRequestQuerySet = HelpRequest.objects.put_off(today)
    return found.select_related("handled_by").order_by("snoozed_until", "-received_at")


def answered() -> HelpRequestQuerySet:
    """Return what has been dealt with, newest first."""
    found: HelpRequestQuerySet = HelpRequest.objects.answered()
    return found.select_related("handled_by", "case", "client").order_by("-handled_at")


def waiting_count(today: date) -> int:
    """Return how many requests need somebody now."""
    return int(HelpRequest.objects.waiting(today).count())


def request_for(_actor: Actor, *, request_id: UUID) -> HelpRequest:
    """Load one request; the permission decides who reads any of them.

    Raises: HelpRequest.DoesNotExist.
    """
    told = ("organisation", "handled_by", "client", "case", "same_as")
    found: HelpRequest = HelpRequest.objects.select_related(*told).get(pk=request_id)
    return found


def likely_clients(actor: Actor, help_request: HelpRequest) -> list[Client]:
    """Return the clients with the same e-mail address or phone number."""
    same = _same_address(help_request)
    clients = clients_visible_to(actor).annotate(digits=_digits_of("phone"))
    return list(clients.filter(same).order_by("family_name", "given_name")) if same else []


def likely_requests(help_request: HelpRequest) -> list[HelpRequest]:
    """Return other requests from the same e-mail address or phone number, newest first."""
    same = _same_address(help_request)
    others = HelpRequest.objects.exclude(pk=help_request.pk).annotate(digits=_digits_of("phone"))
    return list(others.filter(same).order_by("-received_at")) if same else []


def case_numbered(actor: Actor, number: str) -> Case | None:
    """Return the visible case of that number, or None."""
    found: Case | None = visible_to(actor).select_related("client").filter(number=number.strip()).first()
    return found


def _same_address(help_request: HelpRequest) -> Q:
    digits = "".join(each for each in help_request.phone if each.isdecimal())[-PHONE_DIGITS:]
    same = Q()
    if help_request.email:
        same |= Q(email=help_request.email)
    if len(digits) == PHONE_DIGITS:
        same |= Q(digits__endswith=digits)
    return same


def _digits_of(field: str) -> Func:
    return Func(F(field), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")

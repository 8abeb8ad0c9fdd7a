"""Acts on a request for help: it comes in, and a person here gives it one of four answers."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import OWNER
from advocacy.audit import services as audit
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.text import legal_day
from advocacy.mail import services as mail
from advocacy.mail.messages import render
from advocacy.organisations.models import Organisation
from cases.casefile import services as casefile
from cases.casefile.models import Case
from cases.clients import services as clients
from cases.clients.models import Client, Coverage, Regulator
from cases.clients.reach import Reach
from cases.intake.models import UNANSWERED, WITHOUT_REFERRAL, BestTime, Contact, HelpRequest, State


class AlreadyAnswered(Refusal):
    words = "Somebody has dealt with this request already. This is how"


class ReferralMissing(Refusal):
    words = "Say where you sent them, or that you know of no other help"
    field = "referred_to"


class DayHasPassed(Refusal):
    words = "Choose a day after today"
    field = "until"


class SameAsNothing(Refusal):
    words = "Choose which one it is the same as, or enter a case number"


@transaction.atomic
def request_help(
    *,
    organisation: Organisation,
    name: str,
    phone: str,
    email: str,
    contact: str,
    best_time: str,
    language: str,
    plan_name: str,
    refused: str,
    urgent: bool,
    letter_came_on: date | None,
    now: datetime,
) -> HelpRequest:
    """Take a request in, and tell the owners that one waits. The mail says nothing of the person."""
    help_request: HelpRequest = HelpRequest.objects.create(
        name=name.strip(),
        phone=phone.strip(),
        email=email.strip().lower(),
        contact=contact,
        best_time=best_time,
        language=language,
        plan_name=plan_name.strip(),
        refused=refused.strip(),
        urgent=urgent,
        letter_came_on=letter_came_on,
        received_at=now,
    )
    audit.record(act="help requested", at=now, actor_id=None, subject=help_request)
    _tell_owners(organisation, help_request, now)
    return help_request


def _tell_owners(organisation: Organisation, help_request: HelpRequest, now: datetime) -> None:
    link = f"{settings.BASE_URL}{reverse('intake:request', args=[organisation.slug, help_request.pk])}"
    owners = Membership.objects.live().filter(organisation=organisation, role=OWNER.key)
    for owner in owners.select_related("user"):
        subject, text, html = render(
            "new_request",
            {
                "organisation": organisation,
                "recipient": owner.user,
                "urgent": help_request.urgent,
                "link": link,
                "site": settings.BASE_URL.partition("://")[2],
            },
        )
        mail.queue(
            kind="new_request",
            to=owner.user.email,
            subject=subject,
            text=text,
            html=html,
            now=now,
            organisation_id=organisation.pk,
            keep_here=organisation.is_demo,
        )


@transaction.atomic
def accept_request(
    *,
    help_request: HelpRequest,
    owner: User,
    given_name: str,
    family_name: str,
    service: str,
    urgency: str,
    by: User,
    now: datetime,
    client: Client | None = None,
) -> Case:
    """Open a case for whoever asked: for a client we know, or for a new one.

    Raises: AlreadyAnswered, casefile's NotAColleague.
    """
    help_request = _claim(help_request)
    if client is None:
        client = clients.create_client(
            family_name=family_name,
            given_name=given_name,
            email=help_request.email,
            phone=help_request.phone,
            language=help_request.language,
            **_safe_contact(help_request),
            by=by.pk,
            now=now,
        )
    case = casefile.open_case(
        client=client,
        coverage=_coverage(client, help_request.plan_name, by, now),
        service=service,
        urgency=urgency,
        owner=owner,
        by=by.pk,
        now=now,
    )
    casefile.write_note(case=case, text=_wishes(help_request), by=by, now=now)
    _answer(help_request, State.ACCEPTED, by, now, client=client, case=case)
    return case


def _safe_contact(help_request: HelpRequest) -> dict[str, Any]:
    """What they said of a call, as the choices of the client's record."""
    said: dict[str, Any] = {"may_leave_voicemail": help_request.contact == Contact.CALL}
    if help_request.contact == Contact.WRITE:
        said["reach"] = Reach.EMAIL
    if help_request.best_time != BestTime.ANY:
        said["safe_words"] = f"Best time: {help_request.get_best_time_display().lower()}"
    return said


def _coverage(client: Client, plan_name: str, by: User, now: datetime) -> Coverage | None:
    if not plan_name:
        return None
    known: Coverage | None = Coverage.objects.filter(client=client, plan_name__iexact=plan_name).first()
    return known or clients.add_coverage(
        client=client,
        plan_name=plan_name,
        member_id="",
        regulator=Regulator.UNKNOWN,
        evidence="",
        by=by.pk,
        now=now,
    )


def _wishes(help_request: HelpRequest) -> str:
    """What the case has no field for, and nobody may forget: how it is safe to reach the person."""
    lines = [
        f"Asked for help on our page as {help_request.name}.",
        f"Safe to call? {help_request.get_contact_display()}",
        f"Best time: {help_request.get_best_time_display().lower()}.",
        f"In their words: {help_request.refused}",
    ]
    if help_request.letter_came_on:
        lines.append(f"They say the letter came on {legal_day(help_request.letter_came_on)}.")
    return "\n".join(lines)


@transaction.atomic
def mark_duplicate(
    *,
    help_request: HelpRequest,
    by: User,
    now: datetime,
    client: Client | None = None,
    case: Case | None = None,
    same_as: HelpRequest | None = None,
) -> None:
    """Say that it is the same as something we have: a client, a case, or another request.

    Raises: AlreadyAnswered, SameAsNothing.
    """
    if case is not None:
        client = case.client
    if client is None and same_as is None:
        raise SameAsNothing
    _answer(_claim(help_request), State.DUPLICATE, by, now, client=client, case=case, same_as=same_as)


@transaction.atomic
def decline_request(
    *, help_request: HelpRequest, reason: str, referred_to: str, by: User, now: datetime
) -> None:
    """Say no, why, and where the person was sent instead.

    Raises: AlreadyAnswered, ReferralMissing.
    """
    referred_to = referred_to.strip()
    if not referred_to and reason not in WITHOUT_REFERRAL:
        raise ReferralMissing
    _answer(
        _claim(help_request), State.DECLINED, by, now, decline_reason=reason, referred_to=referred_to
    )  # fmt: skip


@transaction.atomic
def snooze_request(*, help_request: HelpRequest, until: date, by: User, now: datetime) -> None:
    """Put it off: it comes back into the list on that day.

    Raises: AlreadyAnswered, DayHasPassed.
    """
    if until <= clock.day(now, help_request.organisation.zone):
        raise DayHasPassed
    _answer(_claim(help_request), State.SNOOZED, by, now, snoozed_until=until)


def _claim(help_request: HelpRequest) -> HelpRequest:
    """Lock the row if nobody has answered it: of two people at once, the second is refused."""
    unanswered = HelpRequest.objects.select_for_update().filter(state__in=UNANSWERED)
    found: HelpRequest | None = unanswered.filter(pk=help_request.pk).first()
    if found is None:
        raise AlreadyAnswered
    return found


def _answer(help_request: HelpRequest, state: State, by: User, now: datetime, **fields: Any) -> None:
    said = {"snoozed_until": None} | fields | {"state": state, "handled_at": now, "handled_by": by}
    for name, value in said.items():
        setattr(help_request, name, value)
    help_request.save(update_fields=list(said))
    client = fields.get("client")
    audit.record(
        act=f"request {state}",
        at=now,
        actor_id=by.pk,
        client_id=client.pk if client else None,
        subject=help_request,
    )

"""Who is away, who covers, and who is asked when nobody answers."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.models import Membership
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from advocacy.kernel.text import long_day
from advocacy.mail.models import SuppressedAddress
from cases.casefile.queries import colleagues
from cases.casefile.views import form_methods
from reminders import queries
from reminders.forms import AbsenceForm, OutsiderForm, OwnAddressForm, StandInForm
from reminders.models import Absence, EmergencyContact
from reminders.services import people


def _back(request: StaffRequest) -> HttpResponse:
    return redirect("reminding:cover", request.actor.organisation.slug)


def _do(request: StaffRequest, act: Callable[..., None], said: str) -> HttpResponse:
    """Do what one button asks for, and say that it is done, or why not."""
    try:
        act(by=request.actor.user, now=clock.now())
        messages.success(request, said)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.words}.")
    return _back(request)


@require_safe
@staff(Permission.CASE_READ)
def cover(request: StaffRequest) -> HttpResponse:
    """Who is away, who covers, and who is asked next."""
    page = queries.cover_page(request.actor, clock.now())
    return render(request, "reminders/cover.html", {"page": page, "section": "cover"})


@form_methods
@staff(Permission.CASE_READ)
def begin_absence(request: StaffRequest) -> HttpResponse:
    """Record an absence: one's own, and for who leads anybody's."""
    actor, now = request.actor, clock.now()
    away = colleagues(actor) if actor.can(Permission.REMIND) else [actor.user]
    form = AbsenceForm(
        posted(request), people=away, covers=queries.may_cover(actor), initial={"user": actor.id}
    )
    if form.is_valid():
        try:
            absence = people.begin_absence(**form.cleaned_data, by=actor.user, now=now)
            messages.success(request, _away_words(absence))
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Record an absence", submit="Save absence", section="cover", cover_form=True
    )


def _away_words(absence: Absence) -> str:
    days = f"{absence.user.name} is away from {long_day(absence.first_day)} to {long_day(absence.last_day)}."
    return f"{days} {absence.cover.name} covers." if absence.cover else days


@require_POST
@staff(Permission.CASE_READ, of=queries.absence_for)
def end_absence(request: StaffRequest, absence: Absence) -> HttpResponse:
    """Somebody is back early, or does not go."""
    said = f"Ended. Reminders go to {absence.user.name} again."
    return _do(request, partial(people.end_absence, absence=absence), said)


@form_methods
@staff(Permission.CASE_READ, of=queries.member_for)
def stand_in(request: StaffRequest, member: Membership) -> HttpResponse:
    """Name who is asked next when a member does not answer."""
    covers = [each for each in queries.may_cover(request.actor) if each != member.user]
    form = StandInForm(posted(request), covers=covers)
    if form.is_valid():
        try:
            people.name_stand_in(
                user=member.user, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    heading = f"Who stands in for {member.user.name}?"
    return form_page(request, form, heading=heading, submit="Save", section="cover", cover_form=True)


@form_methods
@staff(Permission.CASE_READ)
def name_own_address(request: StaffRequest) -> HttpResponse:
    """Name another address of one's own."""
    actor, form = request.actor, OwnAddressForm(posted(request))
    if form.is_valid():
        try:
            said = form.cleaned_data
            people.name_own_address(member=actor.membership, **said, by=actor.user, now=clock.now())
            messages.success(request, f"Added. A mail to {said['email']} says so.")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Another address of yours", submit="Add address", section="cover",
        cover_form=True, lead="It is written to when nobody answers. No mail to it names a case.",
    )  # fmt: skip


@form_methods
@staff(Permission.REMIND)
def name_outsider(request: StaffRequest) -> HttpResponse:
    """Name somebody outside who is asked last."""
    actor, form = request.actor, OutsiderForm(posted(request))
    if form.is_valid():
        try:
            said = form.cleaned_data
            people.name_outsider(**said, by=actor.user, now=clock.now())
            messages.success(request, f"Added. A mail to {said['email']} says so.")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="A person outside", submit="Add person", section="cover", cover_form=True,
        lead="They are asked last, to call you. They hear nothing of any person or case.",
    )  # fmt: skip


@require_POST
@staff(Permission.CASE_READ, of=queries.contact_for)
def take_off(request: StaffRequest, contact: EmergencyContact) -> HttpResponse:
    """Ask an address no more."""
    return _do(request, partial(people.take_off, contact=contact), f"Taken off: {contact.name}.")


@require_POST
@staff(Permission.CASE_READ, of=queries.dead_address_for)
def write_again(request: StaffRequest, address: SuppressedAddress) -> HttpResponse:
    """Write to an address again that took no mail."""
    said = f"Reminders go to {address.address} again."
    return _do(request, partial(people.write_again, address=address), said)

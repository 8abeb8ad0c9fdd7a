"""When people are reminded: the choices of an organisation, with an example in words. For who leads."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile.views import form_methods
from reminders import queries
from reminders.forms import HoursForm, PolicyForm
from reminders.policy import Family
from reminders.services import choices


def _back(request: StaffRequest) -> HttpResponse:
    return redirect("reminding:policies", request.actor.organisation.slug)


def _family(slug: str) -> Family:
    found = {family.name.lower(): family for family in Family}
    if slug not in found:
        raise Http404
    return found[slug]


@require_safe
@staff(Permission.REMIND)
def policies(request: StaffRequest) -> HttpResponse:
    """What is chosen for each family of dates, and what it comes to."""
    page = queries.policies_page(request.actor, clock.now())
    return render(request, "reminders/policies.html", {"page": page, "section": "reminders"})


@form_methods
@staff(Permission.REMIND)
def choose(request: StaffRequest, family: str) -> HttpResponse:
    """Choose how one family of dates is spoken of."""
    kind = _family(family)
    policy = queries.policies()[kind]
    initial = {name: getattr(policy, name) for name in PolicyForm.base_fields}
    form = PolicyForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            choices.choose_policy(family=kind, chosen=form.chosen, by=request.actor.user, now=clock.now())
            said = "" if 0 in form.chosen.ours_days else " The day itself is always in: it was added."
            messages.success(request, f"Saved. Reminders follow within a minute.{said}")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading=kind.value, submit="Save", section="reminders", reminder_form=True,
        lead="It holds for every date of this kind. What was sent already stays as it is.",
    )  # fmt: skip


@require_POST
@staff(Permission.REMIND)
def use_default(request: StaffRequest, family: str) -> HttpResponse:
    """Put a family back to the default."""
    choices.use_default(family=_family(family), by=request.actor.user, now=clock.now())
    messages.success(request, "Back to the default. Reminders follow within a minute.")
    return _back(request)


@form_methods
@staff(Permission.REMIND)
def hours(request: StaffRequest) -> HttpResponse:
    """Choose at which hour people are written to."""
    policy = queries.hours()
    form = HoursForm(posted(request), initial={name: getattr(policy, name) for name in HoursForm.base_fields})
    if form.is_valid():
        try:
            choices.choose_hours(**form.cleaned_data, by=request.actor.user, now=clock.now())
            messages.success(request, "Saved. Reminders follow within a minute.")
            return _back(request)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(request, form, heading="Hours", submit="Save", section="reminders", reminder_form=True)

"""Acts on a deadline, and closing a case."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import UNPROCESSABLE, form_page, posted, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.deadlines import queries, services
from cases.deadlines.forms import (
    CheckForm,
    CloseForm,
    DoubtForm,
    ExtensionForm,
    MetForm,
    OwnDateForm,
    ReasonForm,
    SettledForm,
    WaiveForm,
)
from cases.deadlines.models import Deadline

form_methods = require_http_methods(["GET", "POST"])
on_a_date = staff(Permission.CASE_WRITE, of=queries.deadline_for)


def _to_the_date(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    return redirect("dashboard:deadline", request.actor.organisation.slug, deadline.case_id, deadline.pk)


def _act(
    request: StaffRequest,
    deadline: Deadline,
    form: forms.Form,
    service: Callable[..., Any],
    *,
    heading: str,
    submit: str,
    field: str,
) -> HttpResponse:
    """Ask, act on the date, and go to its page: that of the version which stands now."""
    if form.is_valid():
        try:
            new = service(deadline=deadline, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return _to_the_date(request, new or deadline)
        except Refusal as refusal:
            reject(form, refusal, field=field)
    heading = f"{heading}: {deadline.title}"
    return form_page(request, form, heading=heading, submit=submit, case=deadline.case, section="cases")


@require_POST
@on_a_date
def seen(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say "I have seen it"."""
    services.mark_seen(deadline=deadline, by=request.actor.user, now=clock.now())
    return _to_the_date(request, deadline)


@form_methods
@on_a_date
def verify(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Check a date: type its start from the paper. The page shows neither the start nor the date."""
    form = CheckForm(posted(request), deadline=deadline)
    if form.is_valid():
        day = form.cleaned_data["day"]
        try:
            if services.verify(deadline=deadline, day=day, by=request.actor.user, now=clock.now()):
                messages.success(request, "Same day. The date is checked.")
                return _to_the_date(request, deadline)
            page = {"deadline": deadline, "case": deadline.case, "typed": day, "section": "cases"}
            return render(request, "deadlines/two_days.html", page)
        except Refusal as refusal:
            reject(form, refusal, field="day")
    heading = f"Check this date: {deadline.title}"
    page = {"case": deadline.case, "section": "cases"}
    return form_page(request, form, heading=heading, submit="Compare", **page)


@form_methods
@on_a_date
def doubt(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say "Something looks wrong"."""
    form = DoubtForm(posted(request))
    if form.is_valid():
        services.doubt(deadline=deadline, **form.cleaned_data, by=request.actor.user, now=clock.now())
        return _to_the_date(request, deadline)
    return form_page(
        request, form, heading="Something looks wrong", submit="Send it", case=deadline.case, section="cases"
    )


@form_methods
@on_a_date
def settled(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say how a doubt was settled."""
    form = SettledForm(posted(request))
    if form.is_valid():
        services.settle_doubt(deadline=deadline, **form.cleaned_data, by=request.actor.user, now=clock.now())
        return _to_the_date(request, deadline)
    return form_page(
        request, form, heading="It is settled", submit="Save", case=deadline.case, section="cases"
    )


@form_methods
@on_a_date
def met(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say that it is done, and what shows it."""
    words = {"heading": "It is done", "submit": "Save that it is done", "field": "on"}
    return _act(request, deadline, MetForm(posted(request)), services.meet, **words)


@form_methods
@on_a_date
def not_done(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Take back that it was done."""
    words = {"heading": "It was not done", "submit": "Open the date again", "field": "reason"}
    return _act(request, deadline, ReasonForm(posted(request)), services.not_done, **words)


@form_methods
@on_a_date
def waive(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say that a date no longer applies."""
    words = {"heading": "It no longer applies", "submit": "End this date", "field": "reason"}
    return _act(request, deadline, WaiveForm(posted(request)), services.waive, **words)


@form_methods
@on_a_date
def reopen(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say that a date applies after all."""
    words = {"heading": "It applies again", "submit": "Open the date again", "field": "reason"}
    return _act(request, deadline, ReasonForm(posted(request)), services.reopen, **words)


@form_methods
@on_a_date
def own(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Set another date to work to."""
    form = OwnDateForm(posted(request), deadline=deadline)
    words = {"heading": "Set another date", "submit": "Work to this day", "field": "on"}
    return _act(request, deadline, form, services.set_own_date, **words)


@form_methods
@on_a_date
def by_law(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Go back to the date by the law."""
    words = {"heading": "Back to the date by the law", "submit": "Work to that date", "field": "reason"}
    return _act(request, deadline, ReasonForm(posted(request)), services.drop_own_date, **words)


@form_methods
@on_a_date
def extend(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say that the time was extended, where the law allows it."""
    form = ExtensionForm(posted(request), extension=queries.extension_of(deadline))
    words = {"heading": "The time was extended", "submit": "Count again", "field": "on"}
    return _act(request, deadline, form, services.extend_time, **words)


@form_methods
@on_a_date
def not_extended(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Take back that the time was extended."""
    words = {"heading": "The time was not extended", "submit": "Count again", "field": "reason"}
    return _act(request, deadline, ReasonForm(posted(request)), services.not_extended, **words)


@form_methods
@staff(Permission.CASE_WRITE, of=case_for)
def close(request: StaffRequest, case: Case) -> HttpResponse:
    """Close a case; each open date is asked about."""
    if not queries.may_close(request.actor, case):
        raise PermissionDenied
    form = CloseForm(posted(request), dates=queries.open_dates(case))
    if form.is_valid():
        said = {"outcome": form.cleaned_data["outcome"], "decisions": form.decisions}
        try:
            services.close_case(case=case, **said, by=request.actor.user, now=clock.now())
            messages.success(request, "The case is closed. Its dates no longer remind anybody.")
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="outcome")
    page = {"form": form, "case": case, "section": "cases"}
    return render(request, "deadlines/close.html", page, status=UNPROCESSABLE if form.errors else 200)


@form_methods
@staff(Permission.CASE_WRITE, of=case_for)
def reopen_case(request: StaffRequest, case: Case) -> HttpResponse:
    """Open a case again: its dates run again."""
    if not queries.may_close(request.actor, case):
        raise PermissionDenied
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            services.reopen_case(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="reason")
    heading = "Open this case again"
    return form_page(request, form, heading=heading, submit="Open the case", case=case, section="cases")

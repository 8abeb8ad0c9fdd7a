"""Acts on a deadline."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.pages import form_page, posted
from cases.deadlines import queries, services
from cases.deadlines.forms import DoubtForm, SettledForm
from cases.deadlines.models import Deadline


@require_POST
@staff(Permission.CASE_WRITE, of=queries.deadline_for)
def seen(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say "I have seen it"."""
    services.mark_seen(deadline=deadline, by=request.actor.user, now=clock.now())
    return redirect("dashboard:deadline", request.actor.organisation.slug, deadline.case_id, deadline.pk)


@require_http_methods(["GET", "POST"])
@staff(Permission.CASE_WRITE, of=queries.deadline_for)
def doubt(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say "Something looks wrong"."""
    form = DoubtForm(posted(request))
    if form.is_valid():
        services.doubt(deadline=deadline, **form.cleaned_data, by=request.actor.user, now=clock.now())
        return redirect("dashboard:deadline", request.actor.organisation.slug, deadline.case_id, deadline.pk)
    return form_page(
        request, form, heading="Something looks wrong", submit="Send it", case=deadline.case, section="cases"
    )


@require_http_methods(["GET", "POST"])
@staff(Permission.CASE_WRITE, of=queries.deadline_for)
def settled(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """Say how a doubt was settled."""
    form = SettledForm(posted(request))
    if form.is_valid():
        services.settle_doubt(deadline=deadline, **form.cleaned_data, by=request.actor.user, now=clock.now())
        return redirect("dashboard:deadline", request.actor.organisation.slug, deadline.case_id, deadline.pk)
    return form_page(
        request, form, heading="It is settled", submit="Save", case=deadline.case, section="cases"
    )

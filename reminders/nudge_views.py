"""What people want to be reminded of themselves."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.casefile.views import form_methods
from reminders import queries
from reminders.forms import NudgeForm
from reminders.models import Nudge
from reminders.services import nudges


@form_methods
@staff(Permission.CASE_READ, of=case_for)
def set_nudge(request: StaffRequest, case: Case) -> HttpResponse:
    """Be reminded of a case on a day, whatever becomes of it."""
    actor, form = request.actor, NudgeForm(posted(request))
    if form.is_valid():
        try:
            nudges.set_nudge(case=case, **form.cleaned_data, by=actor.user, now=clock.now())
            return redirect("dashboard:case", actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(
        request, form, heading="Remind me of this case", submit="Remind me", case=case, section="cases"
    )


@require_POST
@staff(Permission.CASE_READ, of=queries.nudge_for)
def finish_nudge(request: StaffRequest, nudge: Nudge) -> HttpResponse:
    """It is dealt with."""
    nudges.finish_nudge(nudge=nudge, by=request.actor.user, now=clock.now())
    if request.POST.get("from") == "today":
        return redirect("dashboard:today", request.actor.organisation.slug)
    return redirect("dashboard:case", request.actor.organisation.slug, nudge.case_id)

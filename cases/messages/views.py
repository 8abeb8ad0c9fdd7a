"""The staff side of talking with a client."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.messages import services
from cases.messages.forms import StaffMessageForm


@require_POST
@staff(Permission.CASE_WRITE, of=case_for)
def send(request: StaffRequest, case: Case) -> HttpResponse:
    """Send a message to the client."""
    form = StaffMessageForm(request.POST)
    if form.is_valid():
        try:
            services.write_to_client(
                case=case, text=form.cleaned_data["text"], by=request.actor.user, now=clock.now()
            )
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(request, form, heading="Message", submit="Send message", case=case, section="cases")


@require_POST
@staff(Permission.CASE_WRITE, of=case_for)
def read(request: StaffRequest, case: Case) -> HttpResponse:
    """Say that the client's messages have been read."""
    services.mark_read(case=case, by=request.actor.user, now=clock.now())
    return redirect("dashboard:case", request.actor.organisation.slug, case.pk)

"""Record the steps of a grievance."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.grievances import queries, services
from cases.grievances.forms import AcknowledgedForm, AnswerForm, FileGrievanceForm
from cases.grievances.models import Grievance

form_methods = require_http_methods(["GET", "POST"])


@form_methods
@staff(Permission.FILE, of=case_for)
def file(request: StaffRequest, case: Case) -> HttpResponse:
    """Record that the grievance was filed."""
    form = FileGrievanceForm(posted(request))
    if form.is_valid():
        try:
            services.file_grievance(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="filed_on")
    return form_page(
        request, form, heading="File the grievance", submit="Save filing", case=case, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.grievance_for)
def acknowledged(request: StaffRequest, grievance: Grievance) -> HttpResponse:
    """Record the plan's acknowledgment."""
    form = AcknowledgedForm(posted(request))
    if form.is_valid():
        try:
            services.record_acknowledgment(
                grievance=grievance, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            return redirect("dashboard:case", request.actor.organisation.slug, grievance.case_id)
        except Refusal as refusal:
            reject(form, refusal, field="on")
    return form_page(
        request,
        form,
        heading="The plan has the grievance",
        submit="Save",
        case=grievance.case,
        section="cases",
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.grievance_for)
def answered(request: StaffRequest, grievance: Grievance) -> HttpResponse:
    """Record the plan's written answer."""
    form = AnswerForm(posted(request))
    if form.is_valid():
        try:
            services.record_answer(
                grievance=grievance, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            return redirect("dashboard:case", request.actor.organisation.slug, grievance.case_id)
        except Refusal as refusal:
            reject(form, refusal, field="on")
    return form_page(
        request, form, heading="The plan's answer", submit="Save answer", case=grievance.case, section="cases"
    )

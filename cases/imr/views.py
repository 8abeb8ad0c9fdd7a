"""Record the steps of an IMR filing."""

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
from cases.imr import queries, services
from cases.imr.forms import DecisionForm, FileIMRForm, ImplementedForm
from cases.imr.models import IMRFiling

form_methods = require_http_methods(["GET", "POST"])


@form_methods
@staff(Permission.FILE, of=case_for)
def file(request: StaffRequest, case: Case) -> HttpResponse:
    """Record that the application was filed."""
    form = FileIMRForm(posted(request))
    if form.is_valid():
        try:
            services.file_imr(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="filed_on")
    return form_page(
        request, form, heading="File the IMR application", submit="Save filing", case=case, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.filing_for)
def decided(request: StaffRequest, filing: IMRFiling) -> HttpResponse:
    """Record the department's decision."""
    form = DecisionForm(posted(request))
    if form.is_valid():
        try:
            services.record_decision(
                filing=filing, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            return redirect("dashboard:case", request.actor.organisation.slug, filing.case_id)
        except Refusal as refusal:
            reject(form, refusal, field="on")
    return form_page(
        request, form, heading="The IMR decision", submit="Save decision", case=filing.case, section="cases"
    )


@form_methods
@staff(Permission.CASE_WRITE, of=queries.filing_for)
def implemented(request: StaffRequest, filing: IMRFiling) -> HttpResponse:
    """Record that the plan carried the decision out."""
    form = ImplementedForm(posted(request))
    if form.is_valid():
        try:
            services.record_implementation(
                filing=filing, **form.cleaned_data, by=request.actor.user, now=clock.now()
            )
            return redirect("dashboard:case", request.actor.organisation.slug, filing.case_id)
        except Refusal as refusal:
            reject(form, refusal, field="on")
    return form_page(
        request, form, heading="The plan carried it out", submit="Save", case=filing.case, section="cases"
    )

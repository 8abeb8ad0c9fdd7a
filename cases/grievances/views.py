"""Record the steps of a grievance."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from advocacy.accounts.doors import StaffRequest, View, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.lifecycle import Move
from advocacy.kernel.pages import form_page, move_page, posted, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.clients.models import Body
from cases.clients.queries import unheard
from cases.documents.queries import papers_of_move
from cases.grievances import queries, services
from cases.grievances.forms import FileGrievanceForm
from cases.grievances.lifecycle import LIFE
from cases.grievances.models import Grievance

form_methods = require_http_methods(["GET", "POST"])
FILE = LIFE.move("file")


@form_methods
@staff(Permission.FILE, of=case_for)
def file(request: StaffRequest, case: Case) -> HttpResponse:
    """Record that the grievance was filed."""
    heard = partial(unheard, case.client, Body.PLAN)
    form = FileGrievanceForm(posted(request), unheard=heard, asks_hour=case.asks_hour_of(FILE.fact))
    if form.is_valid():
        try:
            services.file_grievance(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="filed_on")
    page = {"case": case, "papers": papers_of_move(case, FILE), "section": "cases"}
    return form_page(request, form, heading=FILE.heading, submit="Save filing", **page)


def recording(move: Move) -> View:
    """Return the view that records one move of the table."""

    @form_methods
    @staff(Permission.CASE_WRITE, of=queries.grievance_for)
    def record(request: StaffRequest, grievance: Grievance) -> HttpResponse:
        act = partial(services.record, grievance=grievance, move=move.name)
        papers = papers_of_move(grievance.case, move)
        return move_page(request, move=move, case=grievance.case, papers=papers, record=act)

    return record

"""Record the steps of an IMR filing."""

from datetime import date
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.accounts.doors import StaffRequest, View, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.lifecycle import Move
from advocacy.kernel.pages import form_page, move_page, posted, reject
from cases.casefile.models import Case, Denial
from cases.casefile.queries import case_for, denial_of
from cases.casefile.services import record_review_facts
from cases.clients.queries import department_of, unheard
from cases.deadlines.engine import PACIFIC
from cases.documents.queries import papers_of_move
from cases.imr import queries, services
from cases.imr.eligibility import Eligibility
from cases.imr.forms import FileIMRForm, ReviewFactsForm
from cases.imr.lifecycle import LIFE
from cases.imr.models import IMRFiling

form_methods = require_http_methods(["GET", "POST"])
FILE = LIFE.move("file")


@require_safe
@staff(Permission.CASE_READ, of=case_for)
def check(request: StaffRequest, case: Case) -> HttpResponse:
    """Show whether an application filed today would stand, and why."""
    denial = denial_of(case)
    may_write = request.actor.can(Permission.CASE_WRITE)
    page = {
        "case": case,
        "found": queries.eligibility_of(case, on=_today()),
        "denial": denial,
        "form": ReviewFactsForm(denial=denial) if denial and may_write else None,
        "may_file": request.actor.can(Permission.FILE) and not queries.of_case(case).exists(),
        "section": "cases",
    }
    return render(request, "imr/check.html", page)


@form_methods
@staff(Permission.CASE_WRITE, of=queries.denial_for)
def review_facts(request: StaffRequest, denial: Denial) -> HttpResponse:
    """Record what eligibility asks."""
    form = ReviewFactsForm(posted(request), denial=denial)
    if form.is_valid():
        record_review_facts(denial=denial, facts=form.facts, by=request.actor.user, now=clock.now())
        return redirect("imr:check", request.actor.organisation.slug, denial.case_id)
    return form_page(
        request, form, heading="What we know", submit="Save answers", case=denial.case, section="cases"
    )


@form_methods
@staff(Permission.FILE, of=case_for)
def file(request: StaffRequest, case: Case) -> HttpResponse:
    """Record that the application was filed."""
    found = queries.eligibility_of(case, on=_today())
    form = FileIMRForm(
        posted(request), late=found.is_late, asks_hour=case.asks_hour_of(FILE.fact),
        unheard=partial(unheard, case.client, department_of(case.coverage)),
    )  # fmt: skip
    if form.is_valid():
        try:
            services.file_imr(case=case, **form.cleaned_data, by=request.actor.user, now=clock.now())
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal, field="filed_on")
    page = {"case": case, "papers": papers_of_move(case, FILE), "section": "cases"}
    page |= _what_is_missing(request, case, found)
    return form_page(request, form, heading=FILE.heading, submit="Save filing", **page)


def _what_is_missing(request: StaffRequest, case: Case, found: Eligibility) -> dict[str, str]:
    """Return a notice for who is about to file, with the way to all conditions; nothing if all are met."""
    if not found.stop and not found.missing:
        return {}
    missing = ", ".join(each.title.lower() for each in found.missing)
    return {
        "notice": f"{found.words}." if found.stop else f"Not met yet: {missing}.",
        "notice_url": reverse("imr:check", args=[request.actor.organisation.slug, case.pk]),
        "notice_link": "See each condition",
    }


def _today() -> date:
    return clock.now().astimezone(PACIFIC).date()


def recording(move: Move) -> View:
    """Return the view that records one move of the table."""

    @form_methods
    @staff(Permission.CASE_WRITE, of=queries.filing_for)
    def record(request: StaffRequest, filing: IMRFiling) -> HttpResponse:
        act = partial(services.record, filing=filing, move=move.name)
        papers = papers_of_move(filing.case, move)
        return move_page(request, move=move, case=filing.case, papers=papers, record=act)

    return record

"""Pages that show several features at once."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy.accounts.doors import StaffRequest, shows, staff
from advocacy.accounts.roles import Permission
from advocacy.dashboard import queries
from advocacy.kernel.paging import page_of
from cases.casefile.forms import NoteForm
from cases.casefile.models import Case
from cases.casefile.queries import clients_visible_to
from cases.deadlines.models import Deadline
from cases.deadlines.queries import deadline_for, may_close
from cases.messages.forms import StaffMessageForm

PAGE = 25


@require_safe
@staff(Permission.CASE_READ)
def today(request: StaffRequest) -> HttpResponse:
    """What must I do today? One ranked list."""
    page = queries.today(request.actor, whose=queries.whose_of(request.actor, request.GET.get("whose")))
    shows(request, page.client_ids)
    return render(request, "dashboard/today.html", {"page": page, "section": "today"})


@require_safe
@staff(Permission.CASE_READ)
def dates(request: StaffRequest) -> HttpResponse:
    """The lists behind Today's counts."""
    whose = queries.whose_of(request.actor, request.GET.get("whose"))
    page = queries.dates(request.actor, whose=whose, show=request.GET.get("show", "all"))
    shows(request, [row.deadline.client_id for row in page.rows])
    return render(request, "dashboard/dates.html", {"page": page, "section": "today"})


@require_safe
@staff(Permission.CASE_READ)
def cases(request: StaffRequest) -> HttpResponse:
    """The open cases, newest first."""
    page, rows = queries.case_list(request.actor, number=request.GET.get("page"))
    shows(request, [row["case"].client_id for row in rows])
    return render(request, "dashboard/cases.html", {"page": page, "rows": rows, "section": "cases"})


@require_safe
@staff(Permission.CASE_READ)
def clients(request: StaffRequest) -> HttpResponse:
    """The clients, by name."""
    found = clients_visible_to(request.actor).order_by("family_name", "given_name", "pk")
    page = page_of(found, number=request.GET.get("page"), size=PAGE)
    shows(request, [client.pk for client in page])
    return render(request, "dashboard/clients.html", {"page": page, "section": "clients"})


@require_safe
@staff(Permission.CASE_READ, of=queries.case_with_nudges)
def case(request: StaffRequest, case: Case) -> HttpResponse:
    """One case, whole."""
    page = queries.case_page(request.actor, case)
    context = {
        "page": page,
        "case": case,
        "note_form": NoteForm(),
        "message_form": StaffMessageForm(),
        "may_write": request.actor.can(Permission.CASE_WRITE),
        "may_file": request.actor.can(Permission.FILE),
        "may_assign": request.actor.can(Permission.CASE_ASSIGN),
        "may_close": may_close(request.actor, case),
        "section": "cases",
    }
    return render(request, "dashboard/case.html", context)


@require_safe
@staff(Permission.CASE_READ, of=deadline_for)
def deadline(request: StaffRequest, deadline: Deadline) -> HttpResponse:
    """One date with its working, and who is told."""
    context = {
        "page": queries.date_page(request.actor, deadline),
        "deadline": deadline,
        "case": deadline.case,
        "may_write": request.actor.can(Permission.CASE_WRITE),
        "section": "cases",
    }
    return render(request, "dashboard/deadline.html", context)

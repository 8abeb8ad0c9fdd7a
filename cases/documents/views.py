"""Which papers a case needs; add one, sort it, download it."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.documents import queries, services
from cases.documents.forms import DocumentForm, KindForm
from cases.documents.models import Document, PaperKind

form_methods = require_http_methods(["GET", "POST"])


@require_safe
@staff(Permission.CASE_READ, of=case_for)
def checklist(request: StaffRequest, case: Case) -> HttpResponse:
    """Show which papers the case needs, and those it has."""
    papers = list(queries.papers_of(case))
    found = queries.checklist_of(case, papers)
    page = {
        "case": case,
        "steps": queries.by_step(found),
        "missing": sum(each.missing for each in found),
        "papers": papers,
        "may_write": request.actor.can(Permission.CASE_WRITE),
        "section": "cases",
    }
    return render(request, "documents/checklist.html", page)


@form_methods
@staff(Permission.CASE_WRITE, of=case_for)
def add(request: StaffRequest, case: Case) -> HttpResponse:
    """Attach a paper to a case; who comes from the checklist, with a kind, goes back to it."""
    asked_for = request.GET.get("kind", "")
    known = {"kind": asked_for} if asked_for in PaperKind.values else {}
    form = DocumentForm(posted(request), request.FILES or None, case=case, initial=known)
    if form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            services.keep_document(
                case=case, upload=typed.pop("file"), **typed, by=request.actor.user, now=clock.now()
            )
            back = "documents:checklist" if asked_for else "dashboard:case"
            return redirect(back, request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(request, form, heading="Add a paper", submit="Add paper", case=case, section="cases")


@form_methods
@staff(Permission.CASE_WRITE, of=queries.document_for)
def kind(request: StaffRequest, document: Document) -> HttpResponse:
    """Say what kind of paper it is."""
    form = KindForm(posted(request), document=document)
    if form.is_valid():
        services.sort_document(document=document, **form.cleaned_data, by=request.actor.user, now=clock.now())
        return redirect("documents:checklist", request.actor.organisation.slug, document.case_id)
    return form_page(
        request, form, heading="Sort this paper", submit="Save kind", case=document.case, section="cases"
    )


@require_safe
@staff(Permission.CASE_READ, of=queries.document_for)
def download(request: StaffRequest, document: Document) -> FileResponse:
    """Hand the bytes over as a download: never shown in the page's own origin."""
    response = FileResponse(
        services.open_document(document),
        as_attachment=True,
        filename=document.original_name,
        content_type=document.content_type,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response

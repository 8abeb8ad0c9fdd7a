"""Add a paper to a case, and download one."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import form_page, posted, reject
from cases.casefile.models import Case
from cases.casefile.queries import case_for
from cases.documents import queries, services
from cases.documents.forms import DocumentForm
from cases.documents.models import Document


@require_http_methods(["GET", "POST"])
@staff(Permission.CASE_WRITE, of=case_for)
def add(request: StaffRequest, case: Case) -> HttpResponse:
    """Attach a paper to a case."""
    form = DocumentForm(posted(request), request.FILES or None, case=case)
    if form.is_valid():
        try:
            services.keep_document(
                case=case,
                upload=form.cleaned_data["file"],
                title=form.cleaned_data["title"],
                event=form.cleaned_data["event"],
                by=request.actor.user,
                now=clock.now(),
            )
            return redirect("dashboard:case", request.actor.organisation.slug, case.pk)
        except Refusal as refusal:
            reject(form, refusal)
    return form_page(request, form, heading="Add a paper", submit="Add paper", case=case, section="cases")


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

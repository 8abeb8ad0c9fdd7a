"""The directory on an organisation's public pages."""

from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advocacy.directory import queries
from advocacy.directory.views import download, found
from advocacy.site.doors import PublicRequest, public

TO: Final = {
    "list": "site:directory",
    "office": "site:directory_office",
    "form": "site:directory_form",
    "plan": "site:directory_plan",
    "copy": "site:directory_copy",
}


def page(request: PublicRequest, template: str, **context: Any) -> HttpResponse:
    organisation = request.organisation
    shell = {"organisation": organisation, "base": "site_base.html"}
    return render(request, template, context | shell | {"to": TO, "section": "directory"})


@require_GET
@public
def index(request: PublicRequest) -> HttpResponse:
    """Who regulates, where to call, which form, which plan."""
    return page(request, "directory/list.html", page=queries.directory(wanted=request.GET.get("q", "")))


@require_GET
@public
def office(request: PublicRequest, key: str) -> HttpResponse:
    """One place to call, write or file."""
    shown = found(queries.office, key)
    return page(request, "directory/office.html", office=shown, forms=queries.forms_of(shown.regulator))


@require_GET
@public
def form(request: PublicRequest, key: str) -> HttpResponse:
    """One form with its current editions."""
    shown = found(queries.form, key)
    return page(request, "directory/form.html", paper=shown, offices=queries.offices_of(shown.regulator))


@require_GET
@public
def plan(request: PublicRequest, key: str) -> HttpResponse:
    """One plan, who regulates it, and how sure that is."""
    shown = found(queries.plan, key)
    return page(request, "directory/plan.html", plan=shown, offices=queries.offices_of(shown.regulator))


@require_GET
@public
def copy(request: PublicRequest, version_id: UUID) -> FileResponse:
    """Our copy of an edition."""
    return download(found(queries.copy_of, version_id))

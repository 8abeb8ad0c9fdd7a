"""The directory in the dashboard."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.directory import queries, services

# Names of addresses: the parts that both doors show link within their own door.
TO: Final = {
    "list": "directory:list",
    "office": "directory:office",
    "form": "directory:form",
    "plan": "directory:plan",
    "copy": "directory:copy",
}
Found = TypeVar("Found")


def found(load: Callable[[str], Found], key: str) -> Found:
    """Load, or answer 404."""
    try:
        return load(key)
    except ObjectDoesNotExist as absent:
        raise Http404 from absent


def page(request: StaffRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, context | {"to": TO, "section": "directory", "base": "base.html"})


@require_safe
@staff(Permission.CASE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """Who regulates, where to call, which form, which plan."""
    return page(request, "directory/list.html", page=queries.directory(wanted=request.GET.get("q", "")))


@require_safe
@staff(Permission.CASE_READ)
def office(request: StaffRequest, key: str) -> HttpResponse:
    """One place to call, write or file."""
    shown = found(queries.office, key)
    return page(request, "directory/office.html", office=shown, forms=queries.forms_of(shown.regulator))


@require_safe
@staff(Permission.CASE_READ)
def form(request: StaffRequest, key: str) -> HttpResponse:
    """One form with its current editions."""
    shown = found(queries.form, key)
    return page(request, "directory/form.html", paper=shown, offices=queries.offices_of(shown.regulator))


@require_safe
@staff(Permission.CASE_READ)
def plan(request: StaffRequest, key: str) -> HttpResponse:
    """One plan, who regulates it, and how sure that is."""
    shown = found(queries.plan, key)
    return page(request, "directory/plan.html", plan=shown, offices=queries.offices_of(shown.regulator))


@require_safe
@staff(Permission.CASE_READ)
def copy(request: StaffRequest, key: str) -> FileResponse:
    """Our copy of an edition, as a download: never shown in the page's own origin."""
    version = found(queries.copy_of, key)
    response = FileResponse(
        services.open_version(version),
        as_attachment=True,
        filename=version.original_name,
        content_type=version.content_type,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response

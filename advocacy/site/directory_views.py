"""The directory on an organisation's public pages."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy.directory import queries, services
from advocacy.site.doors import PublicRequest, public

TO: Final = {
    "list": "site:directory",
    "office": "site:directory_office",
    "form": "site:directory_form",
    "plan": "site:directory_plan",
    "copy": "site:directory_copy",
}


Found = TypeVar("Found")


def found(load: Callable[[str], Found], key: str) -> Found:
    """Load, or answer 404."""
    try:
        return load(key)
    except ObjectDoesNotExist as absent:
        raise Http404 from absent


def page(request: PublicRequest, template: str, **context: Any) -> HttpResponse:
    organisation = request.organisation
    shell = {"organisation": organisation, "base": "site_base.html"}
    return render(request, template, context | shell | {"to": TO, "section": "directory"})


@require_safe
@public
def index(request: PublicRequest) -> HttpResponse:
    """Who regulates, where to call, which form, which plan."""
    return page(request, "directory/list.html", page=queries.directory(wanted=request.GET.get("q", "")))


@require_safe
@public
def office(request: PublicRequest, key: str) -> HttpResponse:
    """One place to call, write or file."""
    shown = found(queries.office, key)
    return page(request, "directory/office.html", office=shown, forms=queries.forms_of(shown.regulator))


@require_safe
@public
def form(request: PublicRequest, key: str) -> HttpResponse:
    """One form with its current editions."""
    shown = found(queries.form, key)
    return page(request, "directory/form.html", paper=shown, offices=queries.offices_of(shown.regulator))


@require_safe
@public
def plan(request: PublicRequest, key: str) -> HttpResponse:
    """One plan, who regulates it, and how sure that is."""
    shown = found(queries.plan, key)
    return page(request, "directory/plan.html", plan=shown, offices=queries.offices_of(shown.regulator))


@require_safe
@public
def copy(request: PublicRequest, key: str) -> FileResponse:  # noqa: ARG001 (the door hands it over)
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

"""The document of the API, for programs and for people."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from advocacy.api import errors
from advocacy.api.schema import WHEN, chapters, document


@login_not_required
@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """Return the document (OpenAPI 3.1)."""
    return JsonResponse(document())


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the document as a page."""
    context = {"chapters": chapters(), "info": document()["info"], "refusals": WHEN}
    return render(request, "api/docs.html", context)


@csrf_exempt
@login_not_required
def nothing(_request: HttpRequest) -> HttpResponse:
    """Answer for every address that is none."""
    return errors.nothing_here()

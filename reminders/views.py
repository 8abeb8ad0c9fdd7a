"""The health page: it says so when a part has stopped."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from advocacy.kernel import clock
from reminders.health import Check, checks


@login_not_required
@transaction.non_atomic_requests
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 if every part is alive, 503 with the names of those that are not. Numbers only."""
    try:
        results = checks(clock.now())
    except DatabaseError:
        results = [Check("database", False, "does not answer")]
    well = all(check.good for check in results)
    body = {
        "well": well,
        "checks": {check.name: {"good": check.good, "words": check.words} for check in results},
    }
    return JsonResponse(body, status=200 if well else 503)


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 as soon as this process answers: for a container's own health check."""
    return HttpResponse("ok", content_type="text/plain")

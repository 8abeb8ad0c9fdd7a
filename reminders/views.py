"""The health page and its numbers, the status page in words, and the door for mail that came back."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock, logs
from advocacy.kernel.counts import admit
from advocacy.mail.bounces import MOST_BYTES
from reminders import inbound
from reminders import metrics as numbers
from reminders import status as standing
from reminders.health import Check, checks

log = logs.get(__name__)

ACCEPTED, TOO_LARGE, TOO_MANY = 202, 413, 429
MAILS_A_MINUTE = 1200


@login_not_required
@transaction.non_atomic_requests
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 if every part is alive, 503 with the names of those that are not. Numbers only."""
    results = _results()
    well = all(check.good for check in results)
    body = {
        "well": well,
        "checks": {check.name: {"good": check.good, "words": check.words} for check in results},
    }
    return JsonResponse(body, status=200 if well else 503)


@login_not_required
@transaction.non_atomic_requests
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The same in Prometheus' text form, for who brings the secret; for anybody else it is not there."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(given, wanted):
        raise Http404
    return HttpResponse(numbers.text_of(_results()), content_type=CONTENT_TYPE_LATEST)


def _results() -> list[Check]:
    try:
        return checks(clock.now())
    except DatabaseError:
        return [Check("database", False, "does not answer")]


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 as soon as this process answers: for a container's own health check."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@staff(Permission.CASE_READ)
def status(request: StaffRequest) -> HttpResponse:
    """Are reminders going out? In words, for everybody who works here."""
    page = standing.of_organisation(request.actor.organisation, now=clock.now())
    return render(request, "reminders/status.html", {"page": page, "section": "status"})


# A mail server has no session and no token of ours: the secret in the address opens.
@csrf_exempt
@login_not_required
@require_POST
def mail_hook(request: HttpRequest, key: str) -> HttpResponse:
    """Take one mail as it came in (RFC 5322). Whatever it was, the answer is the same."""
    if not inbound.opens(key):
        raise Http404
    now = clock.now()
    if seconds := admit("mail-hook", most=MAILS_A_MINUTE, seconds=60, now=now):
        return HttpResponse(status=TOO_MANY, headers={"Retry-After": str(seconds)})
    raw = request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return HttpResponse(status=TOO_LARGE)
    log.info("mail.came_in", outcome=inbound.take(raw, now=now))
    return HttpResponse(status=ACCEPTED)

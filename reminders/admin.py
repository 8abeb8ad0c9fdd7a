"""The operator's status page in the console: every check in words, numbers of all organisations together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy.directory.admin.site import console
from advocacy.kernel import clock
from reminders import status


@require_safe
def _status(request: HttpRequest) -> HttpResponse:
    page = {"title": "Status", "page": status.of_platform(now=clock.now())}
    return render(request, "admin/status.html", console.each_context(request) | page)


console_status = console.admin_view(_status)

"""Records that nobody has checked for a while, and the act that says somebody has."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from advocacy.accounts.models import User
from advocacy.directory import queries, services
from advocacy.directory.admin.site import console
from advocacy.directory.services.editions import STATE_ZONE
from advocacy.kernel import clock
from advocacy.kernel.text import count_of

DAYS = 180
LONGEST = 3650


@require_http_methods(["GET", "POST"])
def stale_records(request: HttpRequest) -> HttpResponse:
    """List what was not checked for `?days=` days; a POST marks the chosen ones as checked today."""
    days = _days(request)
    if request.method == "POST":
        chosen = queries.records_named(request.POST.getlist("record"))
        count = services.verify_records(records=chosen, by=cast(User, request.user), now=clock.now())
        messages.success(request, f"Verified today: {count_of(count, 'record')}")
        return redirect(f"{reverse('admin:stale')}?days={days}")
    today = clock.day(clock.now(), STATE_ZONE)
    rows = [
        {
            "record": record,
            "name": f"{record._meta.db_table}:{record.pk}",
            "kind": record._meta.verbose_name,
            "days": (today - record.checked_on).days,
            "url": reverse(
                f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk]
            ),
        }
        for record in queries.stale(checked_until=today - timedelta(days=days))
    ]
    page = console.each_context(request) | {"title": "Stale records", "rows": rows, "days": days}
    return render(request, "admin/stale.html", page)


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return min(int(text), LONGEST) if text.isascii() and text.isdecimal() and len(text) <= 4 else DAYS

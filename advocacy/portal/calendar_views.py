"""The client's dates in their own calendar: the link is made here, shown once, and stopped here."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import UNPROCESSABLE, posted, reject
from advocacy.portal.doors import PortalRequest, portal
from advocacy.portal.forms import CalendarForm
from reminders.feeds import queries, services


@require_http_methods(["GET", "POST"])
@portal()
def calendar(request: PortalRequest) -> HttpResponse:
    """Show how the dates get into a phone's calendar, and make the link for it."""
    reader, address = request.reader, ""
    form = CalendarForm(posted(request), accesses=reader.accesses)
    if form.is_valid():
        try:
            _key, address = services.make_client_feed(
                access=form.cleaned_data["access"], organisation=reader.organisation, now=clock.now()
            )
        except Refusal as refusal:
            reject(form, Refusal(gettext(refusal.words)))
    context = {
        "form": form,
        "address": address,
        # The same address, said so that a phone opens its calendar and not a page.
        "for_a_phone": address.replace(settings.BASE_URL.partition("://")[0], "webcal", 1),
        "feeds": queries.feeds_of_reader(reader.accesses, reader.id),
        "here": "calendar",
    }
    return render(request, "portal/calendar.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@portal()
def end_calendar(request: PortalRequest, calendar_id: UUID) -> HttpResponse:
    """Stop a link: the calendar finds nothing from now on."""
    reader = request.reader
    key = queries.feeds_of_reader(reader.accesses, reader.id).filter(pk=calendar_id).first()
    if key is None:
        raise Http404
    services.end_feed(key=key, by=reader.id, now=clock.now())
    return redirect("portal:calendar", request.organisation.slug)

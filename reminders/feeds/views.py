"""The calendar file, outside of any session; and the page where members make and end calendars."""

from hashlib import sha256
from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.models import AccessKey
from advocacy.accounts.roles import Permission
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import UNPROCESSABLE, posted, reject
from advocacy.organisations.scope import Door
from reminders.feeds import queries, services
from reminders.feeds.forms import FeedForm

# A shared cache would go on answering for a calendar that was ended.
CACHED = "private, no-store"


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the calendar of the key in the address; guessed, ended and orphaned ones are the same 404."""
    # Without a session the middleware neither sets a cookie nor varies on one.
    del request.session
    now = clock.now()
    key = services.find(secret, now=now)
    wait = services.admit(str(key.pk) if key else _place(request), now=now)
    if wait:
        return HttpResponse("Ask less often.", "text/plain", status=429, headers={"Retry-After": str(wait)})
    body = services.read(key, now=now) if key else None
    if body is None:
        return HttpResponseNotFound("There is no such calendar.", "text/plain")
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, "text/calendar; charset=utf-8", headers={"ETag": etag})
    answer = cast(HttpResponse, get_conditional_response(request, etag=etag, response=answer))
    answer.headers["Cache-Control"] = CACHED
    return answer


feed.door = Door.KEY  # type: ignore[attr-defined]


def _place(request: HttpRequest) -> str:
    """Return a name for where a wrong address comes from, that tells nothing of it."""
    return sha256(str(get_adapter().get_client_ip(request)).encode()).hexdigest()[:16]


@require_http_methods(["GET", "POST"])
@staff(Permission.CASE_READ)
def feeds(request: StaffRequest) -> HttpResponse:
    """List the member's calendars, and make another; its address shows once."""
    form, address = FeedForm(posted(request), actor=request.actor), ""
    if form.is_valid():
        try:
            _key, address = services.make_feed(actor=request.actor, **form.cleaned_data, now=clock.now())
            form = FeedForm(actor=request.actor)
        except Refusal as refusal:
            reject(form, refusal)
    context = {
        "form": form,
        "feeds": queries.feeds_of(request.actor),
        "address": address,
        "section": "feeds",
    }
    return render(request, "feeds/feeds.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@staff(Permission.CASE_READ, of=queries.feed_for)
def end(request: StaffRequest, key: AccessKey) -> HttpResponse:
    """End a calendar."""
    services.end_feed(key=key, by=request.actor.id, now=clock.now())
    messages.success(
        request, f"{key.label} gets no more dates. What it holds may stay until it is removed there."
    )
    return redirect("feeds:feeds", request.actor.organisation.slug)

"""Where members make and end the keys by which a program acts for them."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.accounts.doors import StaffRequest, staff
from advocacy.accounts.models import AccessKey
from advocacy.accounts.roles import Permission
from advocacy.api import queries, services
from advocacy.api.forms import KeyForm
from advocacy.kernel import clock
from advocacy.kernel.pages import UNPROCESSABLE, posted


@require_http_methods(["GET", "POST"])
@staff(Permission.CASE_READ)
def keys(request: StaffRequest) -> HttpResponse:
    """List the programs that act for somebody here, and make a key for another; its secret shows once."""
    form, secret = KeyForm(posted(request)), ""
    if form.is_valid():
        _key, secret = services.issue_key(actor=request.actor, **form.cleaned_data, now=clock.now())
        form = KeyForm()
    context = {
        "form": form,
        "keys": queries.keys_of(request.actor),
        "now": clock.now(),
        "secret": secret,
        "base_url": settings.BASE_URL,
        "section": "keys",
    }
    return render(request, "api/keys.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@staff(Permission.CASE_READ, of=queries.key_for)
def revoke(request: StaffRequest, key: AccessKey) -> HttpResponse:
    """End a key."""
    services.revoke_key(key=key, by=request.actor.id, now=clock.now())
    messages.success(request, f"{key.label} is shut out from now on.")
    return redirect("keys:keys", request.actor.organisation.slug)

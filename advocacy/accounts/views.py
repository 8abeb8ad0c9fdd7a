"""Where a person lands, and what belongs to the person rather than to an organisation."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts import services
from advocacy.accounts.doors import person
from advocacy.accounts.models import User


@require_safe
@person
def front_door(request: HttpRequest) -> HttpResponse:
    """Lead a person to their organisation's Today; ask which, where there are several."""
    memberships = sorted(cast(User, request.user).live_memberships, key=lambda each: each.organisation.name)
    if len(memberships) == 1:
        return redirect("dashboard:today", memberships[0].organisation.slug)
    return render(request, "accounts/front_door.html", {"memberships": memberships})


@require_POST
@person
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the device's own look, and go back to the page."""
    services.choose_theme(user=cast(User, request.user), theme=request.POST.get("theme", ""))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else "accounts:front_door")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)

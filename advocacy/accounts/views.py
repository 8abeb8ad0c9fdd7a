"""Where a person lands, and what belongs to the person rather than to an organisation."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from advocacy.accounts import factors, queries, services
from advocacy.accounts.doors import freshly, person
from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.kernel.text import count_of

# Where somebody wanted to go before the second step came between.
WANTED = "wanted"


@require_safe
@person
def front_door(request: HttpRequest) -> HttpResponse:
    """Lead a person to their organisation's Today; ask which, where there are several."""
    memberships = sorted(cast(User, request.user).live_memberships, key=lambda each: each.organisation.name)
    if len(memberships) == 1:
        return redirect("dashboard:today", memberships[0].organisation.slug)
    return render(request, "accounts/front_door.html", {"memberships": memberships})


def _safe(request: HttpRequest, target: str) -> str:
    """Return the address if it is one of ours."""
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if ours else ""


@require_POST
@person
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the device's own look, and go back to the page."""
    services.choose_theme(user=cast(User, request.user), theme=request.POST.get("theme", ""))
    return redirect(_safe(request, request.POST.get("next", "")) or "accounts:front_door")


@require_safe
@person
def second_step(request: HttpRequest) -> HttpResponse:
    """Set a second step up where there is none, ask for it where there is, and go on where it was taken."""
    wanted = _safe(request, request.GET.get("next", ""))
    if factors.taken(request):
        return redirect(wanted or request.session.pop(WANTED, "") or "accounts:front_door")
    steps = queries.second_steps(cast(User, request.user))
    if steps.is_set_up:
        page = reverse("mfa_reauthenticate_webauthn" if steps.passkeys else "mfa_reauthenticate")
        return redirect(f"{page}?{urlencode({'next': wanted or reverse('accounts:front_door')})}")
    if wanted:
        request.session[WANTED] = wanted
    return render(request, "accounts/second_step.html")


@require_safe
@person
def own_sign_in(request: HttpRequest) -> HttpResponse:
    """Show what a person signs in with, and where they are signed in."""
    user = cast(User, request.user)
    context = {
        "steps": queries.second_steps(user),
        "sessions": queries.open_sessions(user, now=clock.now()),
        "this_key": request.session.session_key,
    }
    return render(request, "accounts/own_sign_in.html", context)


@require_POST
@person
@freshly
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Sign the person out on one device."""
    if not services.end_session(user=cast(User, request.user), session_id=session_id, now=clock.now()):
        raise Http404
    messages.success(request, "That device is signed out.")
    return redirect("mfa_index")


@require_POST
@person
@freshly
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign the person out everywhere but here."""
    ended = services.end_sessions(user=cast(User, request.user), keep=request.session.session_key)
    messages.success(request, f"Signed out: {count_of(ended, 'device')}")
    return redirect("mfa_index")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)

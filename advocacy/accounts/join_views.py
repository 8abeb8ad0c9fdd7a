"""How somebody who was invited comes in."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.accounts import services
from advocacy.accounts.forms import JoinForm
from advocacy.accounts.models import Invitation, User
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import UNPROCESSABLE, posted

INVITATION = "invitation"


def _ended(request: HttpRequest) -> HttpResponse:
    """Answer alike what is wrong, over, used and withdrawn."""
    return render(request, "accounts/join_ended.html", status=404)


@login_not_required
@require_safe
def join_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address: from here on the browser's session holds whose invitation it is."""
    invitation = services.find(secret, now=clock.now())
    if invitation is None:
        return _ended(request)
    request.session[INVITATION] = str(invitation.pk)
    return redirect("accounts:join")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Accept an invitation: as who is signed in, or as somebody new."""
    invitation = _held(request)
    if invitation is None:
        return _ended(request)
    if request.user.is_authenticated:
        return _as_known(request, invitation, request.user)
    if User.objects.filter(email=invitation.email).exists():
        return render(request, "accounts/join.html", {"invitation": invitation, "must_sign_in": True})
    return _as_new(request, invitation)


def _held(request: HttpRequest) -> Invitation | None:
    held = request.session.get(INVITATION)
    if not held:
        return None
    waiting = Invitation.objects.waiting().select_related("organisation", "invited_by")
    return waiting.filter(pk=UUID(held), expires_at__gt=clock.now(), organisation__suspended_at=None).first()


def _as_known(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    if request.method == "POST":
        try:
            services.accept(invitation=invitation, user=user, now=clock.now())
        except services.AnotherPerson as refusal:
            context = {"invitation": invitation, "refusal": refusal.words}
            return render(request, "accounts/join.html", context, status=UNPROCESSABLE)
        except Refusal:
            return _ended(request)
        request.session.pop(INVITATION, None)
        return redirect("dashboard:today", invitation.organisation.slug)
    refusal_words = services.AnotherPerson.words if user.email != invitation.email else ""
    return render(request, "accounts/join.html", {"invitation": invitation, "refusal": refusal_words})


def _as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(posted(request))
    if form.is_valid():
        try:
            user = services.accept_as_new(invitation=invitation, now=clock.now(), **form.cleaned_data)
        except ValidationError as easy:
            form.add_error("password", easy)
        except Refusal:
            return _ended(request)
        else:
            request.session.pop(INVITATION, None)
            return perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email))
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/join.html", {"invitation": invitation, "form": form}, status=status)

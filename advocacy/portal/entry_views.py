"""Coming in: an invitation with words handed over, and a code by mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from advocacy.accounts import codes, keys
from advocacy.accounts.models import AccessKey, AccessKeyKind, User
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.pages import posted, reject
from advocacy.mail import services as mail
from advocacy.organisations.scope import Door, scope
from advocacy.portal.doors import PortalRequest, browser_of, enter, threshold
from advocacy.portal.forms import AddressForm, CodeForm, InvitationWordsForm
from cases.clients import services as clients
from cases.clients.models import PortalAccess

form_methods = require_http_methods(["GET", "POST"])
WORDS_NOT_RIGHT = _("These words do not work. Check them, or call us")
CODE, INVITATION = "portal_code", "portal_invitation"


@form_methods
@threshold
def sign_in(request: PortalRequest) -> HttpResponse:
    """Ask for the address; what follows is the same whether we know it or not."""
    form = AddressForm(posted(request))
    if form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        _send_code(request, email, _who_may_come_in(request, email))
        request.session.pop(INVITATION, None)
        return redirect("portal:code", request.organisation.slug)
    return _page(request, "portal/sign_in.html", form)


@form_methods
@threshold
def join(request: PortalRequest) -> HttpResponse:
    """The first visit: the words that were given in person or by phone."""
    form = InvitationWordsForm(posted(request))
    if form.is_valid():
        words = form.cleaned_data["words"].strip().upper()
        key = keys.find(words, kind=AccessKeyKind.INVITATION, now=clock.now())
        user = _invited(request, key)
        if user is not None:
            _send_code(request, user.email, user)
            request.session[INVITATION] = words
            return redirect("portal:code", request.organisation.slug)
        form.add_error("words", WORDS_NOT_RIGHT)
    return _page(request, "portal/join.html", form)


# Not in the view's transaction: a counted try must hold whatever happens after it.
@transaction.non_atomic_requests
@form_methods
@threshold
def code(request: PortalRequest) -> HttpResponse:
    """Ask for the code; the third wrong one ends it."""
    asked = request.session.get(CODE)
    if asked is None:
        return redirect("portal:sign_in", request.organisation.slug)
    form = CodeForm(posted(request))
    if form.is_valid():
        try:
            now = clock.now()
            user = codes.redeem(
                code_id=UUID(asked), typed=form.cleaned_data["code"], browser=browser_of(request), now=now
            )
            # The code came by mail: whatever came back before, the address takes mail now.
            mail.clear_suppressed(address=user.email)
            _come_in(request, user, now)
            return redirect("portal:home", request.organisation.slug)
        except Refusal as refusal:
            reject(form, refusal)
    return _page(request, "portal/code.html", form)


def _page(request: PortalRequest, template: str, form: Any) -> HttpResponse:
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


def _who_may_come_in(request: PortalRequest, email: str) -> User | None:
    """Return the person behind an address if a file is open to them here and they have come before."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return None
    with scope(request.organisation.pk, door=Door.PORTAL, person_id=user.pk):
        live = PortalAccess.objects.live(clock.now()).filter(user=user).exclude(accepted_at=None)
        return user if live.exists() else None


def _invited(request: PortalRequest, key: AccessKey | None) -> User | None:
    """Return who an invitation of this organisation is for."""
    if key is None or key.organisation_id != request.organisation.pk:
        return None
    with scope(request.organisation.pk, door=Door.JOB):
        invited = PortalAccess.objects.filter(pk=key.subject_id or key.pk, ended_at=None)
        access = invited.select_related("user").first()
    return access.user if access else None


def _send_code(request: PortalRequest, email: str, user: User | None) -> None:
    row = codes.request_code(
        email=email,
        user=user,
        organisation=request.organisation,
        browser=browser_of(request),
        now=clock.now(),
    )
    request.session[CODE] = str(row.pk)


def _come_in(request: PortalRequest, user: User, now: datetime) -> None:
    """Begin the session; a first visit uses the invitation up."""
    words = request.session.get(INVITATION)
    key = keys.find(words, kind=AccessKeyKind.INVITATION, now=now) if words else None
    if key is not None and key.organisation_id == request.organisation.pk:
        with scope(request.organisation.pk, door=Door.JOB), transaction.atomic():
            clients.accept_invitation(key=key, user=user, now=now)
    enter(request, user, request.organisation)

"""The portal's door: a person whose code was right reads the files that were opened to them, and no others.

The session of the portal never signs anybody in to Django: `request.user` stays anonymous, so a
mailed code cannot open the staff door.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from advocacy.accounts.language import speaking
from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.clients.models import PortalAccess

View = Callable[..., HttpResponseBase]
SESSION = "portal"
BROWSER = "portal_browser"
# A phone that lies about must not stay open.
IDLE = timedelta(minutes=30)
_NOTE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Reader:
    """Who reads: a person, and the files that are open to them here."""

    user: User
    organisation: Organisation
    accesses: list[PortalAccess]

    @property
    def id(self) -> UUID:
        return self.user.pk


class PortalRequest(HttpRequest):
    """A request that came in by the portal's door."""

    reader: Reader
    organisation: Organisation
    language: str
    other_language: str


def organisation_or_404(org_slug: str) -> Organisation:
    """Return the active organisation of an address."""
    organisation = Organisation.objects.active().filter(slug=org_slug).first()
    if organisation is None:
        raise Http404
    return organisation


def threshold(view: View) -> View:
    """Open a page that stands before the door: sign-in, invitation, language."""

    @login_not_required
    @wraps(view)
    def door(request: PortalRequest, org_slug: str, **ids: Any) -> HttpResponseBase:
        request.organisation = organisation_or_404(org_slug)
        with speaking(request):
            return view(request, **ids)

    door.door = "threshold"  # type: ignore[attr-defined]
    return cast(View, door)


def portal(*, of: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Open a view under `/p/<org_slug>/` to people with a live access.

    `of(reader, **ids)` loads what the page is about; absent and not theirs are the same 404.
    """

    def decorate(view: View) -> View:
        @login_not_required
        @wraps(view)
        def door(request: PortalRequest, org_slug: str, **ids: Any) -> HttpResponseBase:
            request.organisation = organisation_or_404(org_slug)
            user = _person(request)
            if user is None:
                return redirect("portal:sign_in", org_slug)
            with (
                scope(request.organisation.pk, door=Door.PORTAL, person_id=user.pk),
                speaking(request, user.language),
            ):
                accesses = _accesses(user)
                if not accesses:
                    leave(request)
                    return redirect("portal:sign_in", org_slug)
                request.reader = Reader(user, request.organisation, accesses)
                arguments = (_load(of, request.reader, ids),) if of else ()
                response = view(request, *arguments, **({} if of else ids))
                _record(request, arguments)
            return response

        door.door = Door.PORTAL  # type: ignore[attr-defined]
        return cast(View, door)

    return decorate


def _accesses(user: User) -> list[PortalAccess]:
    live = PortalAccess.objects.live(clock.now()).filter(user=user).exclude(accepted_at=None)
    return list(live.select_related("client").order_by("granted_at"))


def _load(of: Callable[..., Any], reader: Reader, ids: dict[str, Any]) -> Any:
    try:
        return of(reader, **ids)
    except ObjectDoesNotExist as absent:
        raise Http404 from absent


def _record(request: PortalRequest, arguments: tuple[Any, ...]) -> None:
    """Record reads here too: a client is shown who looked, representatives included."""
    match = request.resolver_match
    clients = [subject.client_id for subject in arguments]
    clients = clients or [access.client_id for access in request.reader.accesses]
    audit.record_reads(
        act=f"read {match.view_name if match else 'portal'}",
        at=clock.now(),
        actor_id=request.reader.id,
        client_ids=clients,
    )


def browser_of(request: HttpRequest) -> str:
    """Return the random mark of this browser; a code works only where it was asked for."""
    mark: str = request.session.setdefault(BROWSER, secrets.token_urlsafe(16))
    return mark


def enter(request: HttpRequest, user: User, organisation: Organisation) -> None:
    """Begin a portal session, and nothing else: whatever the browser held before is gone."""
    request.session.flush()
    request.session[SESSION] = {
        "person": str(user.pk),
        "organisation": str(organisation.pk),
        "seen": clock.now().isoformat(),
    }


def leave(request: HttpRequest) -> None:
    """End the session."""
    request.session.flush()


def _person(request: PortalRequest) -> User | None:
    held = request.session.get(SESSION)
    if not held or held["organisation"] != str(request.organisation.pk):
        return None
    now, seen = clock.now(), datetime.fromisoformat(held["seen"])
    if now - seen > IDLE:
        leave(request)
        return None
    if now - seen > _NOTE_EVERY:
        request.session[SESSION] = held | {"seen": now.isoformat()}
    return User.objects.filter(pk=held["person"], is_active=True).first()

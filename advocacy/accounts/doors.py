"""The staff door, and the parts a door is made of.

A view names exactly one door. The door finds the membership, enters the scope, asks the
permission, loads the row the page is about, and records that it was read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from uuid import UUID

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from advocacy.accounts import factors
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Permission
from advocacy.audit import services as audit
from advocacy.kernel import clock
from advocacy.kernel.pages import UNPROCESSABLE
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope

# A form that comes back with its errors (422) shows the page again.
SHOWN_WITH = {200, UNPROCESSABLE}

View = Callable[..., HttpResponseBase]
Loader = Callable[..., Any]


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, by one membership."""

    membership: Membership

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def id(self) -> UUID:
        return self.membership.user_id

    @property
    def organisation(self) -> Organisation:
        return self.membership.organisation

    def can(self, permission: Permission) -> bool:
        """True if the role of this membership holds the permission."""
        return permission in self.membership.rights.permissions


class StaffRequest(HttpRequest):
    """A request that came in by the staff door."""

    actor: Actor
    shown: list[UUID]


def shows(request: StaffRequest, client_ids: Iterable[UUID]) -> None:
    """Note that the page shows these clients: the door records it before the bytes go out."""
    request.shown.extend(client_ids)


def staff(permission: Permission, *, of: Loader | None = None) -> Callable[[View], View]:
    """Open a view under `/o/<org_slug>/` to members who hold the permission.

    `of(actor, **ids)` loads what the page is about and replaces the ids in the view's arguments.
    A stranger, a neighbour, a row out of sight and a row that does not exist all get the same 404. A member
    whose session has not taken a second step is led to it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: StaffRequest, org_slug: str, **ids: Any) -> HttpResponseBase:
            actor = _member(request, org_slug)
            if factors.needed_by(actor.organisation) and not factors.taken(request):
                return factors.lead_to(request)
            request.actor, request.shown = actor, []
            with scope(actor.organisation.pk, door=Door.STAFF, person_id=actor.id):
                # Sight first: someone who may not see the row learns nothing from a refusal.
                arguments = (_load(of, actor, ids),) if of else ()
                if not actor.can(permission):
                    raise PermissionDenied
                response = view(request, *arguments, **({} if of else ids))
                if response.status_code in SHOWN_WITH:
                    _record_reads(request, arguments)
            return response

        door.door = Door.STAFF  # type: ignore[attr-defined]
        door.required_permission = permission  # type: ignore[attr-defined]
        door.loader = of  # type: ignore[attr-defined]
        return cast(View, door)

    return decorate


def freshly(view: View) -> View:
    """Ask who it is once more, unless they signed in or proved it a few minutes ago; then go on.

    It stands inside the staff door: what a stranger gets stays the same.
    """

    @wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return proved


def person(view: View) -> View:
    """Open a view to whoever is signed in: it touches no organisation's rows."""
    view.door = "person"  # type: ignore[attr-defined]
    return view


def _member(request: HttpRequest, org_slug: str) -> Actor:
    for membership in cast(User, request.user).live_memberships:
        if membership.organisation.slug == org_slug:
            return Actor(membership)
    raise Http404


def _load(of: Loader, actor: Actor, ids: dict[str, Any]) -> Any:
    try:
        return of(actor, **ids)
    except ObjectDoesNotExist as absent:
        raise Http404 from absent


def _record_reads(request: StaffRequest, arguments: tuple[Any, ...]) -> None:
    """Record what was shown, in the view's own transaction: no record, no page."""
    match = request.resolver_match
    name = match.view_name if match else "unknown"
    for subject in arguments:
        audit.record(
            act=f"read {name}",
            at=clock.now(),
            actor_id=request.actor.id,
            client_id=subject.pk if _is_client(subject) else getattr(subject, "client_id", None),
            subject=subject,
        )
    if request.shown:
        audit.record_reads(
            act=f"listed {name}", at=clock.now(), actor_id=request.actor.id, client_ids=request.shown
        )


def _is_client(subject: Any) -> bool:
    # `cases.clients` stands above this module, so its class cannot be named here.
    return bool(subject._meta.db_table == "client")

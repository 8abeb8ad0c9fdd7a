"""The API's door: a key in the Authorization header, and nothing else, says who comes in.

A cookie opens nothing here, so no other site can act through a member's browser.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from advocacy.accounts import keys
from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKeyScope
from advocacy.accounts.roles import Permission
from advocacy.api import pages, queries, services
from advocacy.api.errors import WHOLE, Invalid
from advocacy.audit import services as audit
from advocacy.kernel import clock, counts
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.clients.models import Client

MINUTE: Final = 60
# Actions that send something and change nothing.
ASKING: Final = frozenset({"list", "retrieve", "preview"})
LONGEST_NAME: Final = 255


class Resource(GenericViewSet):
    """What every resource has: the key, the scope, sight before permission, pages, and the record of reads.

    `permissions` names the permission of each action; an action that is not there is answered 405. Rows come
    from `get_queryset`, which starts from what the actor may see: others do not exist.
    """

    permissions: ClassVar[Mapping[str, Permission]] = {}
    filterset_class: ClassVar[Any] = None
    # The name of the id in the address of one row, and the field that it names.
    lookup_url_kwarg: ClassVar[str] = ""
    lookup_field = "pk"
    permission_classes: ClassVar[list[Any]] = []

    actor: Actor
    subject: Any
    # The act behind a POST, as the address names it.
    post: Callable[..., HttpResponse]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer within the scope that the key opens: it ends with the answer."""
        self.now, self.shown = clock.now(), list[Any]()
        with ExitStack() as self.entered:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Let the request in, as far as it may come; then answer a repeated one without acting again."""
        super().initial(request, *args, **kwargs)
        self._refuse_undeclared(request)
        if request.method == "POST" and services.HEADER in request.headers:
            self.post = self._once(self.post)

    def perform_authentication(self, request: Any) -> None:
        """Enter the organisation of the key, by the door of its member."""
        if request.auth is None:
            raise exceptions.NotAuthenticated("Send a key: Authorization: Bearer <key>")
        self.actor = Actor(request.auth.membership)
        self.entered.enter_context(
            scope(self.actor.organisation.pk, door=Door.STAFF, person_id=self.actor.id)
        )
        wait = counts.admit(
            f"api:{self.actor.organisation.pk}", most=settings.API_REQUESTS_A_MINUTE, seconds=MINUTE,
            now=self.now,
        )  # fmt: skip
        if wait:
            raise exceptions.Throttled(wait, "Too many requests of this organization")

    def check_permissions(self, request: Any) -> None:
        """Sight first: who may not see the row learns nothing from a refusal."""
        needed = self.permissions.get(self.action or "")
        if needed is None:
            raise exceptions.MethodNotAllowed(request.method)
        if self.lookup_url_kwarg in self.kwargs:
            self.subject = self.get_queryset().get(**{self.lookup_field: self.kwargs[self.lookup_url_kwarg]})
        if not self.actor.can(needed):
            raise exceptions.PermissionDenied("The role of this key's member may not do this")
        if self.action not in ASKING and request.auth.scope != AccessKeyScope.WRITE:
            raise exceptions.PermissionDenied("This key may only read")

    def _refuse_undeclared(self, request: Any) -> None:
        """A parameter that is misspelled, empty or said twice would show more than was asked for."""
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        declared = {*filters, *pages.PARAMETERS} if self.action == "list" else set()
        if undeclared := set(request.query_params) - declared:
            raise Invalid(dict.fromkeys(undeclared, "There is no such parameter"))
        if unclear := [name for name, said in request.query_params.lists() if said == [""] or len(said) > 1]:
            raise Invalid(dict.fromkeys(unclear, "Send one value, or leave it out"))

    # What a resource answers with.

    def list(self, _request: Any) -> Response:
        """Return one page of the rows in sight."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        self.shown = rows
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, _request: Any, **_ids: Any) -> Response:
        """Return one row."""
        return self.shows(self.subject)

    def shows(self, row: Any, *, status: int = 200) -> Response:
        """Return a row as it stands now."""
        fresh = self.get_queryset().get(pk=row.pk)
        self.shown = [fresh]
        return Response(self.get_serializer(fresh).data, status=status)

    # What a program says, judged as the page's form judges it.

    def sent(self, body: type[Any], *, partial: bool = False) -> dict[str, Any]:
        """Return what was sent, each value of its kind; an undeclared field is refused.

        Raises: Invalid.
        """
        found = body(data=self.request.data, partial=partial)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    def judged(self, form: BaseForm) -> dict[str, Any]:
        """Return what the page's own form made of it.

        Raises: Invalid.
        """
        if not form.is_valid():
            errors = {WHOLE if name == "__all__" else name: words for name, words in form.errors.items()}
            raise Invalid(errors)
        return form.cleaned_data

    def about(self, field: str, of: Callable[..., Any], key: UUID) -> Any:
        """Load what a field of the body names; what is out of sight is refused like what is absent.

        Raises: Invalid.
        """
        try:
            return of(self.actor, **{f"{field}_id": key})
        except ObjectDoesNotExist as absent:
            raise Invalid({field: f"There is no {field} with this id"}) from absent

    # What stays of a request.

    def _once(self, act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Return the act as one that is done a single time for its name."""

        def first_or_again(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            name = request.headers[services.HEADER]
            if not 1 <= len(name) <= LONGEST_NAME:
                raise Invalid({services.HEADER: f"Send 1 to {LONGEST_NAME} characters"})
            asked = services.fingerprint(request.path, request.data)
            given = services.answered(key=request.auth, name=name, asked=asked, now=self.now)
            if given is not None:
                return self._again(given)
            response = act(request, *args, **kwargs)
            body = JSONRenderer().render(response.data).decode()  # type: ignore[attr-defined]
            about = self.shown[0] if self.shown else None
            services.keep_answer(
                key=request.auth, name=name, asked=asked, status=response.status_code, body=body,
                client_id=_client_of(about), case_id=_case_of(about), now=self.now,
            )  # fmt: skip
            return response

        return first_or_again

    def _again(self, given: Any) -> Response:
        if not queries.may_see_again(self.actor, given):
            raise exceptions.NotFound
        self.shown = [given]
        return Response(json.loads(given.body), status=given.status)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Record what is shown in the request's own transaction: no record, no answer."""
        if response.status_code < 300:
            self._record_reads(request)
            keys.used(request.auth, now=self.now)
        return super().finalize_response(request, response, *args, **kwargs)

    def _record_reads(self, request: Any) -> None:
        verb = "listed" if self.action == "list" else "read"
        shown: Iterable[UUID | None] = map(_client_of, self.shown)
        audit.record_reads(
            act=f"{verb} {request.resolver_match.view_name}",
            at=self.now,
            actor_id=self.actor.id,
            client_ids=[client_id for client_id in shown if client_id],
        )


def _client_of(row: Any) -> UUID | None:
    found: UUID | None = row.pk if isinstance(row, Client) else getattr(row, "client_id", None)
    return found


def _case_of(row: Any) -> UUID | None:
    found: UUID | None = row.pk if isinstance(row, Case) else getattr(row, "case_id", None)
    return found

"""Clients and their plans."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from advocacy.accounts.roles import Permission
from advocacy.api.bodies import posted
from advocacy.api.doors import Resource
from advocacy.api.v1 import filters
from advocacy.api.v1.bodies import ClientBody, CoverageBody, CoverageChange
from advocacy.api.v1.shapes import ClientShown, CoverageShown
from cases.casefile.queries import client_for, clients_visible_to
from cases.clients import services
from cases.clients.forms import ClientForm, CoverageForm
from cases.clients.models import Coverage


def held(row: Any, form: Any) -> dict[str, Any]:
    """Return what a row says now of the fields of its form: a change names only what is new."""
    return {name: getattr(row, name) for name in form.base_fields}


class Clients(Resource):
    http_method_names = ["get", "head", "post", "patch"]
    permissions: ClassVar = {
        "list": Permission.CASE_READ,
        "retrieve": Permission.CASE_READ,
        "create": Permission.CASE_OPEN,
        "partial_update": Permission.CASE_OPEN,
    }
    lookup_url_kwarg = "client_id"
    serializer_class = ClientShown

    def get_queryset(self) -> Any:
        return clients_visible_to(self.actor)

    @extend_schema(request=ClientBody, responses={201: ClientShown})
    def create(self, _request: Any) -> Response:
        """Take a client in."""
        said = self.judged(ClientForm(posted(self.sent(ClientBody))))
        client = services.create_client(**said, by=self.actor.id, now=self.now)
        return self.shows(client, status=201)

    @extend_schema(request=ClientBody, responses=ClientShown)
    def partial_update(self, _request: Any, **_ids: Any) -> Response:
        """Correct a client's particulars."""
        sent = self.sent(ClientBody, partial=True)
        said = self.judged(ClientForm(posted(held(self.subject, ClientForm) | sent)))
        services.correct_client(client=self.subject, **said, by=self.actor.id, now=self.now)
        return self.shows(self.subject)


class Coverages(Resource):
    http_method_names = ["get", "head", "post", "patch"]
    permissions: ClassVar = Clients.permissions
    lookup_url_kwarg = "coverage_id"
    serializer_class = CoverageShown
    filterset_class = filters.OfClient

    def get_queryset(self) -> QuerySet[Coverage]:
        visible = clients_visible_to(self.actor).values("pk")
        rows: QuerySet[Coverage] = Coverage.objects.filter(client__in=visible).select_related("client")
        return rows

    @extend_schema(request=CoverageBody, responses={201: CoverageShown})
    def create(self, _request: Any) -> Response:
        """Record which plan covers a client."""
        sent = self.sent(CoverageBody)
        client = self.about("client", client_for, sent.pop("client"))
        said = self.judged(CoverageForm(posted(sent)))
        coverage = services.add_coverage(client=client, **said, by=self.actor.id, now=self.now)
        return self.shows(coverage, status=201)

    @extend_schema(request=CoverageChange, responses=CoverageShown)
    def partial_update(self, _request: Any, **_ids: Any) -> Response:
        """Correct what we know of a plan; the dates that hang on the regulator are worked out again."""
        sent = self.sent(CoverageChange, partial=True)
        said = self.judged(CoverageForm(posted(held(self.subject, CoverageForm) | sent)))
        services.correct_coverage(coverage=self.subject, **said, by=self.actor.id, now=self.now)
        return self.shows(self.subject)

"""Deadlines: as they stand, what a person says of them, and one worked out for no case at all."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from advocacy.accounts.roles import Permission
from advocacy.api.bodies import posted
from advocacy.api.doors import Resource
from advocacy.api.errors import Invalid
from advocacy.api.v1 import filters
from advocacy.api.v1.bodies import MetBody, PreviewBody, WaiveBody
from advocacy.api.v1.shapes import DeadlineShown, PreviewShown
from cases.casefile.queries import visible_to
from cases.deadlines import explain, services
from cases.deadlines.forms import MetForm, WaiveForm
from cases.deadlines.models import Deadline
from cases.deadlines.rules import DeadlineError


class Deadlines(Resource):
    """They derive from facts and are written by no program: whoever corrects the fact moves the date."""

    http_method_names = ["get", "head", "post"]
    permissions: ClassVar = {
        "list": Permission.CASE_READ,
        "retrieve": Permission.CASE_READ,
        "meet": Permission.CASE_WRITE,
        "waive": Permission.CASE_WRITE,
        "preview": Permission.CASE_READ,
    }
    lookup_url_kwarg = "deadline_id"
    serializer_class = DeadlineShown
    filterset_class = filters.Deadlines

    def get_queryset(self) -> QuerySet[Deadline]:
        rows = Deadline.objects.filter(case__in=visible_to(self.actor))
        found: QuerySet[Deadline] = rows.select_related("case__client", "case__owner", "trigger")
        return found

    @extend_schema(request=MetBody, responses=DeadlineShown)
    def meet(self, _request: Any, **_ids: Any) -> Response:
        """Record that it was done, where no fact of the case says so."""
        said = self.judged(MetForm(posted(self.sent(MetBody))))
        services.meet(deadline=self.subject, **said, by=self.actor.user, now=self.now)
        return self.shows(self.subject)

    @extend_schema(request=WaiveBody, responses=DeadlineShown)
    def waive(self, _request: Any, **_ids: Any) -> Response:
        """Record that a date no longer applies, and why."""
        said = self.judged(WaiveForm(posted(self.sent(WaiveBody))))
        services.waive(deadline=self.subject, **said, by=self.actor.user, now=self.now)
        return self.shows(self.subject)

    @extend_schema(request=PreviewBody, responses=PreviewShown)
    def preview(self, _request: Any) -> Response:
        """Work a deadline out by a rule, from a day or a moment. Nothing is written."""
        sent = self.sent(PreviewBody)
        field = "at" if "at" in sent else "on"
        try:
            found = explain.explain_on(sent["rule"], sent[field].isoformat())
        except DeadlineError as error:
            raise Invalid({field: str(error)}) from error
        return Response(PreviewShown(explain.as_json(found)).data)

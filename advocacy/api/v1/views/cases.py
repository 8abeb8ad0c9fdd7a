"""Cases, and the dated facts they rest on."""

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from advocacy.accounts.roles import Permission
from advocacy.api.bodies import posted
from advocacy.api.doors import Resource
from advocacy.api.errors import Invalid
from advocacy.api.v1 import filters
from advocacy.api.v1.bodies import CaseBody, CaseChange, CorrectionBody, DenialBody
from advocacy.api.v1.shapes import CaseShown, DenialShown, EventShown
from cases.casefile import services
from cases.casefile.forms import CaseForm, CorrectionForm, DenialForm
from cases.casefile.models import Case, Denial, Event
from cases.casefile.queries import case_for, client_for, colleagues, visible_to


class Cases(Resource):
    http_method_names = ["get", "head", "post", "patch"]
    permissions: ClassVar = {
        "list": Permission.CASE_READ,
        "retrieve": Permission.CASE_READ,
        "create": Permission.CASE_OPEN,
        "partial_update": Permission.CASE_ASSIGN,
    }
    lookup_url_kwarg = "case_id"
    serializer_class = CaseShown
    filterset_class = filters.Cases

    def get_queryset(self) -> QuerySet[Case]:
        return visible_to(self.actor).select_related("client", "coverage", "owner")

    @extend_schema(request=CaseBody, responses={201: CaseShown})
    def create(self, _request: Any) -> Response:
        """Open a case for a client."""
        sent = {"owner": self.actor.id} | self.sent(CaseBody)
        client = self.about("client", client_for, sent.pop("client"))
        said = self.judged(CaseForm(posted(sent), client=client, people=colleagues(self.actor)))
        case = services.open_case(client=client, **said, by=self.actor.id, now=self.now)
        return self.shows(case, status=201)

    @extend_schema(request=CaseChange, responses=CaseShown)
    def partial_update(self, _request: Any, **_ids: Any) -> Response:
        """Correct what a case says of itself, or give it to somebody else."""
        case, sent = self.subject, self.sent(CaseChange, partial=True)
        now = {
            "service": case.service, "coverage": case.coverage_id, "urgency": case.urgency,
            "owner": case.owner_id,
        }  # fmt: skip
        form = CaseForm(posted(now | sent), client=case.client, people=colleagues(self.actor))
        services.correct_case(case=case, **self.judged(form), by=self.actor.id, now=self.now)
        return self.shows(case)


class Denials(Resource):
    http_method_names = ["get", "head", "post"]
    permissions: ClassVar = {
        "list": Permission.CASE_READ,
        "retrieve": Permission.CASE_READ,
        "create": Permission.CASE_WRITE,
    }
    lookup_url_kwarg = "denial_id"
    serializer_class = DenialShown
    filterset_class = filters.OfCase

    def get_queryset(self) -> QuerySet[Denial]:
        rows: QuerySet[Denial] = Denial.objects.filter(case__in=visible_to(self.actor))
        return rows

    @extend_schema(request=DenialBody, responses={201: DenialShown})
    def create(self, _request: Any) -> Response:
        """Record the plan's refusal and its days: the clocks start."""
        sent = self.sent(DenialBody)
        case = self.about("case", case_for, sent.pop("case"))
        said = self.judged(DenialForm(posted(sent)))
        denial = services.record_denial(case=case, **said, by=self.actor.user, now=self.now)
        return self.shows(denial, status=201)


class Events(Resource):
    """Dated facts. They come of the acts of a case; one that is wrong is corrected by a new one."""

    http_method_names = ["get", "head", "post"]
    permissions: ClassVar = {
        "list": Permission.CASE_READ,
        "retrieve": Permission.CASE_READ,
        "correct": Permission.CASE_WRITE,
    }
    lookup_url_kwarg = "event_id"
    serializer_class = EventShown
    filterset_class = filters.Events

    def get_queryset(self) -> QuerySet[Event]:
        rows = Event.objects.filter(case__in=visible_to(self.actor))
        rows = rows.annotate(stands=~Exists(Event.objects.filter(corrects=OuterRef("pk"))))
        found: QuerySet[Event] = rows.select_related("case__client", "case__owner", "case__coverage")
        return found

    @extend_schema(request=CorrectionBody, responses={201: EventShown})
    def correct(self, _request: Any, **_ids: Any) -> Response:
        """Correct the day, or the outcome, of a fact; the first one stays readable."""
        sent, form = self.sent(CorrectionBody), CorrectionForm(None, event=self.subject)
        if foreign := sent.keys() - form.fields.keys():
            raise Invalid(dict.fromkeys(foreign, "This fact has none"))
        # A correction that says nothing of the hour leaves it as it is.
        hour = form.initial["hour"]
        kept = {"hour": f"{hour:%H:%M}"} if hour else {}
        said = self.judged(CorrectionForm(posted(kept | sent), event=self.subject))
        new = services.correct_event(event=self.subject, **said, by=self.actor.user, now=self.now)
        return self.shows(new, status=201)

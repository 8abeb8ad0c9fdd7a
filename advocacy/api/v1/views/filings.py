"""Grievances and applications for review: to file one, and to record what came of it."""

from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from advocacy.accounts.roles import Permission
from advocacy.api.bodies import posted
from advocacy.api.doors import Resource
from advocacy.api.errors import Invalid
from advocacy.api.v1 import filters
from advocacy.api.v1.bodies import FilingBody, FilingMove, GrievanceBody, GrievanceMove
from advocacy.api.v1.shapes import FilingShown, GrievanceShown
from advocacy.kernel.forms import FilingForm, MoveForm
from advocacy.kernel.lifecycle import Lifecycle
from cases.casefile.models import Case
from cases.casefile.queries import case_for, visible_to
from cases.clients.models import Body
from cases.clients.queries import department_of, unheard
from cases.grievances import services as grievances
from cases.grievances.forms import FileGrievanceForm
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.grievances.models import Grievance
from cases.imr import services as imr
from cases.imr.forms import FileIMRForm
from cases.imr.lifecycle import LIFE as IMR
from cases.imr.models import IMRFiling


class _Lives(Resource):
    """What has a life as a declared table."""

    http_method_names = ["get", "head", "post"]
    permissions: ClassVar = {
        "list": Permission.CASE_READ,
        "retrieve": Permission.CASE_READ,
        "create": Permission.FILE,
        "move": Permission.CASE_WRITE,
    }
    life: ClassVar[Lifecycle]

    def step(self, body: type[Any]) -> dict[str, Any]:
        """Return one step as its page's form takes it.

        Raises: Invalid.
        """
        sent = self.sent(body)
        move = self.life.move(sent.pop("move"))
        asks = {"move": move, "asks_hour": self.subject.case.asks_hour_of(move.fact)}
        if foreign := sent.keys() - MoveForm(None, **asks).fields.keys():
            raise Invalid(dict.fromkeys(foreign, "This step does not ask for it"))
        form = MoveForm(posted(sent), **asks)
        self.judged(form)
        return {"move": move.name, **form.said, "by": self.actor.user, "now": self.now}

    def filing(self, case: Case, sent: dict[str, Any], form: type[FilingForm], body: str, **asks: Any) -> Any:
        """Return a filing as its page's form takes it; the reason given is the tick that the page asks for.

        Raises: Invalid.
        """
        hours = case.asks_hour_of(self.life.move("file").fact)
        if "hour" in sent and not hours:
            raise Invalid({"hour": "This case counts days: leave it out"})
        values = {"because": "", "all_the_same": "on", **posted(sent)}
        return self.judged(form(values, unheard=partial(unheard, case.client, body), asks_hour=hours, **asks))


class Grievances(_Lives):
    lookup_url_kwarg = "grievance_id"
    serializer_class = GrievanceShown
    filterset_class = filters.Grievances
    life = GRIEVANCE

    def get_queryset(self) -> QuerySet[Grievance]:
        rows = Grievance.objects.filter(case__in=visible_to(self.actor))
        found: QuerySet[Grievance] = rows.select_related("case__client", "case__coverage", "case__owner")
        return found

    @extend_schema(request=GrievanceBody, responses={201: GrievanceShown})
    def create(self, _request: Any) -> Response:
        """Record that the grievance went to the plan."""
        sent = self.sent(GrievanceBody)
        case = self.about("case", case_for, sent.pop("case"))
        said = self.filing(case, sent, FileGrievanceForm, Body.PLAN)
        grievance = grievances.file_grievance(case=case, **said, by=self.actor.user, now=self.now)
        return self.shows(grievance, status=201)

    @extend_schema(request=GrievanceMove, responses=GrievanceShown)
    def move(self, _request: Any, **_ids: Any) -> Response:
        """Record the next step of a grievance."""
        grievances.record(grievance=self.subject, **self.step(GrievanceMove))
        return self.shows(self.subject)


class Filings(_Lives):
    lookup_url_kwarg = "filing_id"
    serializer_class = FilingShown
    filterset_class = filters.Filings
    life = IMR

    def get_queryset(self) -> QuerySet[IMRFiling]:
        rows = IMRFiling.objects.filter(case__in=visible_to(self.actor))
        found: QuerySet[IMRFiling] = rows.select_related("case__client", "case__coverage", "case__owner")
        return found

    @extend_schema(request=FilingBody, responses={201: FilingShown})
    def create(self, _request: Any) -> Response:
        """Record that the application went to the department; one that it would close is refused."""
        sent = self.sent(FilingBody)
        case = self.about("case", case_for, sent.pop("case"))
        said = self.filing(case, sent, FileIMRForm, department_of(case.coverage), late=True)
        filing = imr.file_imr(case=case, **said, by=self.actor.user, now=self.now)
        return self.shows(filing, status=201)

    @extend_schema(request=FilingMove, responses=FilingShown)
    def move(self, _request: Any, **_ids: Any) -> Response:
        """Record the next step of an application."""
        imr.record(filing=self.subject, **self.step(FilingMove))
        return self.shows(self.subject)

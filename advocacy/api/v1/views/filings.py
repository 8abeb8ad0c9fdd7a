"""Grievances and applications for review: to file one, and to record what came of it."""

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
from advocacy.kernel.forms import MoveForm
from advocacy.kernel.lifecycle import Lifecycle
from cases.casefile.queries import case_for, visible_to
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
        if foreign := sent.keys() - MoveForm(None, move=move).fields.keys():
            raise Invalid(dict.fromkeys(foreign, "This step does not ask for it"))
        form = MoveForm(posted(sent), move=move)
        self.judged(form)
        return {"move": move.name, **form.said, "by": self.actor.user, "now": self.now}


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
        said = self.judged(FileGrievanceForm(posted(sent)))
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
        said = self.judged(FileIMRForm(posted(sent), late=True))
        filing = imr.file_imr(case=case, **said, by=self.actor.user, now=self.now)
        return self.shows(filing, status=201)

    @extend_schema(request=FilingMove, responses=FilingShown)
    def move(self, _request: Any, **_ids: Any) -> Response:
        """Record the next step of an application."""
        imr.record(filing=self.subject, **self.step(FilingMove))
        return self.shows(self.subject)

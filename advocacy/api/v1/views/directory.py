"""The directory: public facts, the same for every organisation. Each record is named by its key."""

from typing import Any, ClassVar

from advocacy.accounts.roles import Permission
from advocacy.api.doors import Resource
from advocacy.api.v1 import filters
from advocacy.api.v1.shapes import FormShown, OfficeShown, PlanShown, RegulatorShown
from advocacy.directory import queries
from advocacy.directory.models import HealthPlan, Office, Regulator


class _Records(Resource):
    http_method_names = ["get", "head"]
    permissions: ClassVar = {"list": Permission.CASE_READ, "retrieve": Permission.CASE_READ}
    lookup_url_kwarg = "key"
    lookup_field = "key"


class Regulators(_Records):
    serializer_class = RegulatorShown

    def get_queryset(self) -> Any:
        return Regulator.objects.shown()


class Offices(_Records):
    serializer_class = OfficeShown
    filterset_class = filters.OfRegulator

    def get_queryset(self) -> Any:
        return Office.objects.shown().select_related("regulator")


class Forms(_Records):
    serializer_class = FormShown
    filterset_class = filters.OfRegulator

    def get_queryset(self) -> Any:
        return queries.forms()


class Plans(_Records):
    serializer_class = PlanShown
    filterset_class = filters.OfRegulator

    def get_queryset(self) -> Any:
        return HealthPlan.objects.shown().select_related("regulator")

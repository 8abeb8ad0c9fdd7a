"""What a program reads: each field is named, and none can be written through them."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from advocacy.directory.models import Form, FormVersion, HealthPlan, Office, Regulator
from cases.casefile.models import Case, Denial, Event
from cases.clients.models import Client, Coverage
from cases.deadlines.models import Deadline
from cases.deadlines.wording import shown
from cases.grievances.models import Grievance
from cases.imr.models import IMRFiling
from cases.imr.queries import ON_THE_DENIAL


class _Shown(serializers.ModelSerializer):
    """A row as it is read. Of rows it names, the ids."""

    def include_extra_kwargs(self, kwargs: Any, extra_kwargs: Any) -> Any:
        """Keep that a value may be empty: the document says what can stand there."""
        empty = {"allow_blank": True} if kwargs.get("allow_blank") else {}
        return super().include_extra_kwargs(kwargs, extra_kwargs) | empty


class ClientShown(_Shown):
    class Meta:
        model = Client
        fields = [
            "id", "given_name", "family_name", "email", "phone", "address", "language", "reach",
            "may_leave_voicemail", "is_shared", "safe_words", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class CoverageShown(_Shown):
    class Meta:
        model = Coverage
        fields = [
            "id", "client", "plan_name", "member_id", "delegate", "regulator", "evidence_kind", "evidence",
            "certainty", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class CaseShown(_Shown):
    class Meta:
        model = Case
        fields = [
            "id", "number", "client", "coverage", "service", "urgency", "owner", "opened_at", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields


class DenialShown(_Shown):
    class Meta:
        model = Denial
        fields = [
            "id", "client", "case", "reason", "reason_as_stated", "amount", *ON_THE_DENIAL, "recorded_at",
        ]  # fmt: skip
        read_only_fields = fields


class EventShown(_Shown):
    stands = serializers.BooleanField(read_only=True, help_text="False once a later fact has corrected it.")
    details = serializers.DictField(read_only=True, help_text="What else the fact says, by its kind.")

    class Meta:
        model = Event
        fields = [
            "id", "client", "case", "kind", "occurred_on", "occurred_at", "details", "corrects", "stands",
            "recorded_at", "recorded_by",
        ]  # fmt: skip
        read_only_fields = fields


class GrievanceShown(_Shown):
    class Meta:
        model = Grievance
        fields = ["id", "client", "case", "state", "channel", "reference", "created_at"]
        read_only_fields = fields


class FilingShown(_Shown):
    class Meta:
        model = IMRFiling
        fields = ["id", "client", "case", "state", "channel", "reference", "created_at"]
        read_only_fields = fields


class Alternative(serializers.Serializer):
    """Another date that the law supports."""

    due = serializers.DateTimeField(read_only=True)
    reading = serializers.CharField(read_only=True, help_text="Why the law supports this one.")


class DeadlineShown(_Shown):
    alternatives = Alternative(many=True, read_only=True, source="readings")
    working = serializers.ListField(child=serializers.CharField(), read_only=True, source="sentences")
    cite = serializers.CharField(source="law.cite", read_only=True)
    shown_on = serializers.SerializerMethodField(
        help_text="The day that pages, mails and calendars show now; see the direction for what it means."
    )
    shown_at = serializers.SerializerMethodField(help_text="The same of a clock in hours, else null.")

    def get_shown_on(self, deadline: Deadline) -> date:
        return shown(deadline, self.context["view"].now).on

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_shown_at(self, deadline: Deadline) -> str | None:
        at = shown(deadline, self.context["view"].now).at
        return serializers.DateTimeField().to_representation(at) if at else None

    class Meta:
        model = Deadline
        fields = [
            "id", "client", "case", "rule", "rule_version", "version", "title", "direction", "owed_by",
            "trigger", "triggered_on", "nominal_at", "last_lawful_at", "act_at", "late_after_at", "opens_on",
            "shown_on", "shown_at", "by_hour", "ambiguous", "alternatives", "working", "cite", "state",
            "computed_at", "met_on", "met_by", "met_words", "waived_at", "waived_reason", "seen_at",
            "verified_at", "own_at", "own_reason", "extended_on", "extended_to", "extended_reason",
        ]  # fmt: skip
        read_only_fields = fields


class PreviewShown(serializers.Serializer):
    """One deadline worked out, of no case. Instants carry the offset of California."""

    rule = serializers.CharField(read_only=True)
    direction = serializers.CharField(read_only=True)
    nominal = serializers.DateTimeField(read_only=True, allow_null=True)
    last_lawful = serializers.DateTimeField(read_only=True, allow_null=True)
    ambiguous = serializers.BooleanField(read_only=True)
    alternatives = Alternative(many=True, read_only=True)
    working = serializers.ListField(child=serializers.CharField(), read_only=True)
    act_on = serializers.DateTimeField(read_only=True, allow_null=True)
    late_after = serializers.DateTimeField(read_only=True, allow_null=True)
    opens_on = serializers.DateField(read_only=True, allow_null=True)
    cite = serializers.CharField(read_only=True)
    confidence = serializers.CharField(read_only=True)


RECORD = ["key", "source", "confidence", "checked_on"]


class _OfRegulator(_Shown):
    regulator = serializers.SlugRelatedField(
        slug_field="key", read_only=True, allow_null=True, help_text="Its key; null where there is none."
    )


class RegulatorShown(_Shown):
    class Meta:
        model = Regulator
        fields = [
            *RECORD,
            "name",
            "short_name",
            "level",
            "regulates",
            "decides",
            "recognise_by",
            "law",
            "website",
        ]
        read_only_fields = fields


class OfficeShown(_OfRegulator):
    doubtful = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Contacts that nobody has confirmed yet."
    )

    class Meta:
        model = Office
        fields = [
            *RECORD, "regulator", "name", "kind", "handles", "phone", "tty", "other_phones", "hours", "fax",
            "email", "postal_address", "website", "files_online_at", "how_to_file", "languages", "doubtful",
        ]  # fmt: skip
        read_only_fields = fields


class EditionShown(_Shown):
    class Meta:
        model = FormVersion
        fields = ["key", "edition", "language", "effective_from", "url", "checked_on", "confidence"]
        read_only_fields = fields


class FormShown(_OfRegulator):
    editions = EditionShown(many=True, read_only=True, source="current_versions")

    class Meta:
        model = Form
        fields = [
            *RECORD, "regulator", "name", "number", "purpose", "asks_for", "how_to_file", "who_signs", "page",
            "editions",
        ]  # fmt: skip
        read_only_fields = fields


class PlanShown(_OfRegulator):
    class Meta:
        model = HealthPlan
        fields = [
            *RECORD, "regulator", "name", "legal_name", "also_called", "kind", "how_to_tell", "product_lines",
            "phone", "website",
        ]  # fmt: skip
        read_only_fields = fields

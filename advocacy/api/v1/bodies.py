"""What a program sends to each address that takes something."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from advocacy.api.bodies import Body
from advocacy.kernel.forms import SPEAKERS
from cases.casefile.forms import HOW_RECEIVED, OUTCOMES
from cases.casefile.models import DenialReason, Urgency
from cases.clients.models import Certainty, EvidenceKind, Language, Regulator
from cases.clients.reach import REACH_WORDS, Reach
from cases.deadlines.rules import load_rulebook
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.grievances.models import Channel as GrievanceChannel
from cases.imr.lifecycle import LIFE as IMR
from cases.imr.models import Channel as ImrChannel


def _text(most: int, *, required: bool = False, said: str = "") -> serializers.CharField:
    return serializers.CharField(
        max_length=most, required=required, allow_blank=not required, help_text=said or None
    )


class ClientBody(Body):
    given_name = _text(120)
    family_name = _text(120, required=True)
    phone = _text(40)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    language = serializers.ChoiceField(Language.choices, required=False, default=Language.ENGLISH)
    address = _text(300)
    reach = serializers.ChoiceField(
        list(REACH_WORDS.items()), required=False, allow_blank=True, default=Reach.UNSAID
    )
    may_leave_voicemail = serializers.BooleanField(required=False, default=False)
    is_shared = serializers.BooleanField(required=False, default=False)
    safe_words = _text(200)


class CoverageBody(Body):
    """How we know who regulates the plan comes with its name: `evidence_kind`, `evidence`, `certainty`."""

    client = serializers.UUIDField()
    plan_name = _text(160, required=True)
    member_id = _text(120)
    delegate = _text(160)
    regulator = serializers.ChoiceField(Regulator.choices, required=False, default=Regulator.UNKNOWN)
    evidence_kind = serializers.ChoiceField(EvidenceKind.choices, required=False, default=EvidenceKind.NONE)
    evidence = _text(300)
    certainty = serializers.ChoiceField(Certainty.choices, required=False, default=Certainty.UNKNOWN)


class CoverageChange(CoverageBody):
    client = None  # a plan stays its client's


class CaseBody(Body):
    client = serializers.UUIDField()
    service = _text(200, required=True, said="What the plan refused: treatment, test or drug.")
    coverage = serializers.UUIDField(required=False, allow_null=True)
    urgency = serializers.ChoiceField(Urgency.choices, required=False, default=Urgency.STANDARD)
    owner = serializers.UUIDField(required=False, help_text="Who works it. Left out: the key's member.")


class CaseChange(CaseBody):
    client = None  # a case stays its client's


class DenialBody(Body):
    case = serializers.UUIDField()
    dated_on = serializers.DateField(help_text="The date on the letter.")
    received_on = serializers.DateField(help_text="The day the letter came.")
    how_received = serializers.ChoiceField(HOW_RECEIVED)
    reason = serializers.ChoiceField(DenialReason.choices)
    reason_as_stated = _text(4000, said="The letter's own words.")
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True
    )


class _Hour(Body):
    """Of an urgent case also the hour, where a clock of hours counts from it."""

    hour = _text(20, said="In California, like 16:10. Left out: not known.")


class CorrectionBody(_Hour):
    """The right day of a fact; `received_on`, `outcome` and `hour` where the fact has them."""

    occurred_on = serializers.DateField()
    received_on = serializers.DateField(required=False)
    outcome = serializers.ChoiceField(OUTCOMES, required=False)
    reason = _text(300, required=True, said="How we know it.")


class _Filing(_Hour):
    """Who files, and, if nobody may speak for the client there, why it is filed all the same."""

    case = serializers.UUIDField()
    filed_on = serializers.DateField()
    speaker = serializers.ChoiceField(SPEAKERS)
    because = _text(300, said="Why it is filed for the client without an authorization.")


class GrievanceBody(_Filing):
    channel = serializers.ChoiceField(GrievanceChannel.choices)
    reference = _text(60)


class FilingBody(_Filing):
    channel = serializers.ChoiceField(ImrChannel.choices)
    reference = _text(60)
    late_because = _text(500, said="Why it is late, once the six months are over.")


class _MoveBody(_Hour):
    """One step of the declared table, with what that step asks."""

    on = serializers.DateField()
    outcome = serializers.ChoiceField(OUTCOMES, required=False)
    reference = _text(300)
    reason = _text(300)


class GrievanceMove(_MoveBody):
    move = serializers.ChoiceField([(each.name, each.heading) for each in GRIEVANCE.recorded()])


class FilingMove(_MoveBody):
    move = serializers.ChoiceField([(each.name, each.heading) for each in IMR.recorded()])


class MetBody(Body):
    on = serializers.DateField(help_text="The day it was done.")
    words = _text(300, required=True, said="What shows it.")


class WaiveBody(Body):
    reason = _text(300, required=True, said="Why it no longer applies.")


class _Instant(serializers.DateTimeField):
    """A moment that says its offset: without one it is no moment."""

    def enforce_timezone(self, value: Any) -> datetime:
        if value.tzinfo is None:
            raise serializers.ValidationError("Send the offset too, like 2026-11-02T16:10:00-08:00")
        return value


class PreviewBody(Body):
    """Either the day (`on`) or the moment (`at`) from which the rule counts."""

    rule = serializers.ChoiceField([(each.slug, each.title) for each in load_rulebook().all()])
    on = serializers.DateField(required=False)
    at = _Instant(required=False)

    def validate(self, attrs: Any) -> Any:
        if ("on" in attrs) == ("at" in attrs):
            raise serializers.ValidationError({"on": "Send either on or at"})
        return attrs

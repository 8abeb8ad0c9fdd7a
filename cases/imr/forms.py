"""What staff record of an IMR filing."""

from typing import Any

from django import forms

from advocacy.kernel.forms import FilingForm, RadioRow, ThreeBoxDateField
from cases.casefile.models import Denial, DenialReason
from cases.imr.models import Channel

KNOWN = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")]
ANSWERS = {"yes": True, "no": False, "unknown": None}
CARE = {
    "recommended": "Does a doctor, in or out of the plan, recommend it?",
    "urgent_care": "Did the client get urgent or emergency care that a doctor found necessary?",
    "seen_by_plan_doctor": "Has a doctor of the plan seen the client for this condition?",
}
PART = {"necessity_in_part": "Is any part of the refusal about medical need?"}
WAIVER = {"wait_waived": "Has the department waived the plan's own process?"}
EXPERIMENTAL = {
    "grave_condition": "Is the illness life-threatening or seriously debilitating?",
    "standard_failed": "Did a doctor certify that standard treatment failed, does not fit, or is no better?",
    "plan_doctor_recommends": "Does a doctor of the plan recommend it in writing?",
    "two_documents": "Do we have two documents of medical and scientific evidence?",
    "otherwise_covered": "Would the plan cover it if it were not called experimental?",
}


class FileIMRForm(FilingForm):
    filed_on = ThreeBoxDateField(label="Day it was filed")
    channel = forms.ChoiceField(label="How did it go?", choices=Channel.choices)
    reference = forms.CharField(
        label="Receipt or case number", required=False, max_length=60,
        help_text="The number the department gave.",
    )  # fmt: skip
    late_because = forms.CharField(
        label="Why is it late?", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The six months are over. The department may still take it, if the reason is good.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, late: bool = False, **asks: Any) -> None:
        super().__init__(data, **asks)
        # Asked where today is late; a day in time that is typed here needs no reason.
        if not late:
            del self.fields["late_because"]


class ReviewFactsForm(forms.Form):
    """What eligibility asks of this refusal: yes, no, or not known yet."""

    def __init__(self, data: Any = None, *, denial: Denial) -> None:
        super().__init__(data)
        unclear = denial.reason in {DenialReason.COVERAGE, DenialReason.OTHER}
        experimental = denial.reason == DenialReason.EXPERIMENTAL
        asked = CARE | (PART if unclear else {}) | (EXPERIMENTAL if experimental else {}) | WAIVER
        for name, question in asked.items():
            self.fields[name] = forms.ChoiceField(
                label=question, choices=KNOWN, widget=RadioRow,
                initial=next(key for key, value in ANSWERS.items() if value is getattr(denial, name)),
                error_messages={"required": "Choose an answer"},
            )  # fmt: skip

    @property
    def facts(self) -> dict[str, bool | None]:
        """The answers as the denial keeps them, once the form is valid."""
        return {name: ANSWERS[answer] for name, answer in self.cleaned_data.items()}

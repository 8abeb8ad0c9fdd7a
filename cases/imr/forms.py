"""What staff record of an IMR filing."""

from django import forms

from advocacy.kernel.forms import ThreeBoxDateField
from cases.imr.models import Channel


class FileIMRForm(forms.Form):
    filed_on = ThreeBoxDateField(label="Day it was filed")
    channel = forms.ChoiceField(label="How did it go?", choices=Channel.choices)
    reference = forms.CharField(
        label="Receipt or case number", required=False, max_length=60,
        help_text="The number the department gave.",
    )  # fmt: skip


class DecisionForm(forms.Form):
    on = ThreeBoxDateField(label="Day the plan received the written decision")
    outcome = forms.ChoiceField(
        label="What was decided?",
        choices=[
            ("overturned", "For the client"),
            ("partly", "For the client in part"),
            ("upheld", "The plan was right"),
        ],
        widget=forms.RadioSelect,
    )


class ImplementedForm(forms.Form):
    on = ThreeBoxDateField(label="Day the plan approved or paid")

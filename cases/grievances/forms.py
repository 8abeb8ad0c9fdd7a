"""What staff record of a grievance."""

from django import forms

from advocacy.kernel.forms import ThreeBoxDateField
from cases.grievances.models import Channel


class FileGrievanceForm(forms.Form):
    filed_on = ThreeBoxDateField(label="Day it was filed")
    channel = forms.ChoiceField(label="How did it go?", choices=Channel.choices)
    reference = forms.CharField(
        label="Receipt or reference number", required=False, max_length=60,
        help_text="From the website, the fax report or the call.",
    )  # fmt: skip


class AcknowledgedForm(forms.Form):
    on = ThreeBoxDateField(label="Day the plan's letter came")


class AnswerForm(forms.Form):
    on = ThreeBoxDateField(label="Day the plan's answer came")
    outcome = forms.ChoiceField(
        label="What did the plan say?",
        choices=[
            ("upheld", "No again"),
            ("partly", "Yes to a part"),
            ("overturned", "Yes: the plan gave in"),
        ],
        widget=forms.RadioSelect,
    )

"""What staff record of a complaint to the department."""

from django import forms

from advocacy.kernel.forms import FilingForm, ThreeBoxDateField
from cases.appeals.models import Channel


class FileComplaintForm(FilingForm):
    filed_on = ThreeBoxDateField(label="Day it was filed")
    channel = forms.ChoiceField(
        label="How did it go?", choices=[each for each in Channel.choices if each[0] != Channel.REVIEW]
    )
    reference = forms.CharField(
        label="Receipt or case number", required=False, max_length=60,
        help_text="The number the department gave.",
    )  # fmt: skip

"""What staff record of a grievance."""

from django import forms

from advocacy.kernel.forms import FilingForm, ThreeBoxDateField
from cases.grievances.models import Channel


class FileGrievanceForm(FilingForm):
    filed_on = ThreeBoxDateField(label="Day it was filed")
    channel = forms.ChoiceField(label="How did it go?", choices=Channel.choices)
    reference = forms.CharField(
        label="Receipt or reference number", required=False, max_length=60,
        help_text="From the website, the fax report or the call.",
    )  # fmt: skip

"""What staff record of a grievance."""

from django import forms

from advocacy.kernel.forms import ThreeBoxDateField, WithHour
from cases.grievances.models import Channel


class FileGrievanceForm(WithHour):
    day_field, instant = "filed_on", "filed_at"

    filed_on = ThreeBoxDateField(label="Day it was filed")
    channel = forms.ChoiceField(label="How did it go?", choices=Channel.choices)
    reference = forms.CharField(
        label="Receipt or reference number", required=False, max_length=60,
        help_text="From the website, the fax report or the call.",
    )  # fmt: skip

"""What people say of a date."""

from django import forms

from cases.deadlines.models import Doubt


class DoubtForm(forms.Form):
    about = forms.ChoiceField(
        label="What looks wrong?", choices=Doubt.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what looks wrong"},
    )  # fmt: skip
    words = forms.CharField(
        label="What do you see?", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Your colleagues read this in the notes. Who keeps the rules hears only which rule it is.",
        error_messages={"required": "Say what you see"},
    )  # fmt: skip


class SettledForm(forms.Form):
    words = forms.CharField(
        label="How was it settled?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how it was settled"},
    )  # fmt: skip

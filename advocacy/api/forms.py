"""What a member says of a program that is to act for them."""

from datetime import timedelta

from django import forms

from advocacy.accounts.models import AccessKeyScope

LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "One year")]


class KeyForm(forms.Form):
    label = forms.CharField(
        label="Which program is it for?",
        help_text="For your own list, like “Intake spreadsheet”.",
        max_length=80,
        error_messages={"required": "Enter the program this is for"},
    )
    scope = forms.ChoiceField(
        label="What may it do?", choices=AccessKeyScope.choices, widget=forms.RadioSelect,
        help_text="Never more than you may do here.",
        error_messages={"required": "Choose what it may do"},
    )  # fmt: skip
    lasts = forms.TypedChoiceField(
        label="How long does it last?", choices=LASTS, coerce=lambda days: timedelta(days=int(days)),
        widget=forms.RadioSelect, error_messages={"required": "Choose how long it lasts"},
    )  # fmt: skip

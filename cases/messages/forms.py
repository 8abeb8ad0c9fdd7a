"""A message, from either side."""

from django import forms
from django.utils.translation import gettext_lazy as _


class StaffMessageForm(forms.Form):
    text = forms.CharField(
        label="Message: the client sees this",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "id": "id_message_text"}),
        error_messages={"required": "Write the message first"},
    )


class ClientMessageForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write your message first")},
    )

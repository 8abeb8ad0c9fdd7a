"""What a client types in the portal."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        error_messages={
            "required": _("Enter your e-mail"),
            "invalid": _("Enter an e-mail like name@example.org"),
        },
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the code from the mail")},
    )


class InvitationWordsForm(forms.Form):
    words = forms.CharField(
        label=_("The words we gave you"),
        help_text=_("Three groups of four, like ABCD-EFGH-JKLM."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the words we gave you")},
    )


class PaperForm(forms.Form):
    file = forms.FileField(
        label=_("Photo or file"),
        help_text=_("A photo of the page is fine. Up to 25 MB."),
        error_messages={
            "required": _("Choose the photo or file"),
            "empty": _("This file is empty. Choose it again"),
        },
    )
    title = forms.CharField(label=_("What is it?"), max_length=160, required=False)

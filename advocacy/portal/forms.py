"""What a client types in the portal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.clients.models import PortalAccess


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


class CalendarForm(forms.Form):
    """Whose dates: asked only of who reads more than one file."""

    access = forms.TypedChoiceField(
        label=_("Whose dates?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose dates")},
    )

    def __init__(self, *args: Any, accesses: Sequence[PortalAccess], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_id = {str(each.pk): each for each in accesses}
        field: Any = self.fields["access"]
        field.choices = [(key, _name(each)) for key, each in by_id.items()]
        field.coerce = by_id.__getitem__
        if len(by_id) == 1:
            field.required, field.widget = False, forms.HiddenInput()
            field.empty_value = next(iter(by_id.values()))


def _name(access: PortalAccess) -> str:
    """As families say it: the given name first."""
    return f"{access.client.given_name} {access.client.family_name}".strip()

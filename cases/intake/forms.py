"""What people write who ask for help, and what staff answer."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.models import User
from advocacy.kernel.forms import ThreeBoxDateField
from cases.casefile.models import Urgency
from cases.clients.models import Client
from cases.intake.models import REFUSED_LENGTH, BestTime, Contact, DeclineReason, HelpRequest

FAMILY_NAME = "Enter the family name"
LANGUAGES = [("en", "English"), ("es", "Español"), ("other", _("Another language"))]


class HelpForm(forms.Form):
    """Ask for help: one page, and nothing that we do not need to call back."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Asking for somebody else? Write your own name. We will ask about them when we talk."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name")},
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Enter an e-mail address like name@example.org")},
    )
    contact = forms.ChoiceField(
        label=_("Is it safe to call you?"),
        help_text=_("We know that somebody else may hear the phone."),
        choices=Contact.choices,
        initial=Contact.CALL,
        widget=forms.RadioSelect,
    )
    best_time = forms.ChoiceField(
        label=_("Best time to reach you"), choices=BestTime.choices, initial=BestTime.ANY
    )
    language = forms.ChoiceField(label=_("Language you want to talk in"), choices=LANGUAGES)
    refused = forms.CharField(
        label=_("What did the plan say no to?"),
        help_text=_("The treatment, test or drug, in a few words."),
        max_length=REFUSED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tell us in a few words what the plan said no to")},
    )
    plan_name = forms.CharField(
        label=_("Name of the health plan"),
        help_text=_("It is on the card."),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    letter_came_on = ThreeBoxDateField(
        label=_("Day the letter came"),
        what=_("the day the letter came"),  # type: ignore[arg-type]  # put into words when it is needed
        help_text=_("For example, 5 26 2026. Not sure? Leave it empty."),
        required=False,
    )
    urgent = forms.BooleanField(
        label=_("It is urgent. Waiting could badly hurt somebody’s health."), required=False
    )

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today = today

    def clean_letter_came_on(self) -> date | None:
        day: date | None = self.cleaned_data["letter_came_on"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Enter the day the letter came"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        phone, email = cleaned.get("phone"), cleaned.get("email")
        if not phone and not email and "email" not in self.errors:
            self.add_error("phone", _("Enter a phone number or an e-mail address, so that we can answer"))
        elif cleaned.get("contact") == Contact.WRITE and not email and "email" not in self.errors:
            self.add_error("email", _("Enter an e-mail address, so that we can write to you"))
        return cleaned


class AcceptForm(forms.Form):
    """Open a case for whoever asked."""

    prefix = "accept"

    client: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Is this somebody we know?",
        queryset=None,
        required=False,
        empty_label="No, a new client",
        widget=forms.RadioSelect,
    )
    given_name = forms.CharField(label="Given name of the client", required=False, max_length=120)
    family_name = forms.CharField(
        label="Family name of the client",
        help_text="If they use one name only, write it here.",
        required=False,
        max_length=120,
        error_messages={"required": FAMILY_NAME},
    )
    service = forms.CharField(
        label="What did the plan refuse?",
        max_length=200,
        error_messages={"required": "Enter what the plan refused"},
    )
    urgency = forms.ChoiceField(label="How urgent is it?", choices=Urgency.choices, widget=forms.RadioSelect)
    owner: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who works this case?", queryset=None, empty_label=None
    )

    def __init__(
        self,
        data: Any = None,
        *,
        help_request: HelpRequest,
        people: list[User],
        known: list[Client],
        me: User,
    ) -> None:
        given, _blank, family = help_request.name.rpartition(" ")
        super().__init__(
            data,
            initial={
                "given_name": given,
                "family_name": family,
                "service": help_request.refused,
                "urgency": Urgency.EXPEDITED if help_request.urgent else Urgency.STANDARD,
                "owner": me.pk,
            },
        )
        owner = cast(forms.ModelChoiceField, self.fields["owner"])
        owner.queryset = User.objects.filter(pk__in=[person.pk for person in people])
        client = cast(forms.ModelChoiceField, self.fields["client"])
        client.queryset = Client.objects.filter(pk__in=[each.pk for each in known])
        if not known:
            del self.fields["client"]
            self.fields["family_name"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = not cleaned.get("client") and not cleaned.get("family_name")
        if missing and "family_name" not in self.errors:
            self.add_error("family_name", FAMILY_NAME)
        return cleaned


class DuplicateForm(forms.Form):
    """Which client, case or request is it the same as?"""

    prefix = "duplicate"

    same = forms.ChoiceField(label="The same as", required=False, widget=forms.RadioSelect)
    number = forms.CharField(
        label="Case number", help_text="For example, 26-0142.", required=False, max_length=12
    )

    def __init__(self, data: Any = None, *, known: list[Client], others: list[HelpRequest]) -> None:
        super().__init__(data)
        self.clients = {f"client:{each.pk}": each for each in known}
        self.requests = {f"request:{each.pk}": each for each in others}
        words = [(key, f"Client {each.listed_name}") for key, each in self.clients.items()]
        words += [(key, f"Request of {each.name}") for key, each in self.requests.items()]
        cast(forms.ChoiceField, self.fields["same"]).choices = words
        if not words:
            del self.fields["same"]


class DeclineForm(forms.Form):
    """Say no, and where else there is help."""

    prefix = "decline"

    reason = forms.ChoiceField(
        label="Why can we not take it?",
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why"},
    )
    referred_to = forms.CharField(
        label="Where did you send them?",
        help_text="For example: the Health Consumer Alliance, by phone.",
        required=False,
        max_length=200,
    )


class SnoozeForm(forms.Form):
    """Put it off until a day."""

    prefix = "snooze"

    until = ThreeBoxDateField(label="Bring it back on", what="the day it comes back")

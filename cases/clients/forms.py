"""What staff type about a client, their plan, and the people around them."""

from typing import Any

from django import forms

from advocacy.kernel.forms import RadioRow, ThreeBoxDateField
from cases.clients.authority import Terms
from cases.clients.models import (
    Authorisation,
    Body,
    Capacity,
    Client,
    Coverage,
    InNetwork,
    Provider,
    Representative,
)
from cases.clients.reach import asks_for
from cases.clients.services import gaps_in_evidence

EMAIL_WRONG = "Enter an e-mail address like name@example.org"
MISSING = {
    "email": "Enter the e-mail address, or choose another way to tell them of a date",
    "phone": "Enter the phone number, or choose another way to tell them of a date",
    "address": "Enter the postal address, or choose another way to tell them of a date",
}


class ClientForm(forms.ModelForm):
    class Meta:
        model = Client
        fields = [
            "given_name", "family_name", "phone", "email", "address", "language", "reach",
            "may_leave_voicemail", "is_shared", "safe_words",
        ]  # fmt: skip
        labels = {
            "given_name": "Given name",
            "family_name": "Family name",
            "phone": "Phone",
            "email": "E-mail",
            "address": "Postal address",
            "language": "Language they want to use",
            "reach": "How may we tell them of a date?",
            "may_leave_voicemail": "They said we may leave a voicemail",
            "is_shared": "Others may answer this phone, or read their mail",
            "safe_words": "A safe time, or what else they said",
        }
        help_texts = {
            "family_name": "If they use one name only, write it here.",
            "reach": "Ask them. If they have not said: by e-mail, else by phone, else by a letter.",
            "is_shared": "If so, we say only “please call us”, and not from where.",
            "safe_words": "For example: after 6 pm, and ask for Ana.",
        }
        widgets = {"reach": forms.RadioSelect}
        error_messages = {
            "family_name": {"required": "Enter the family name"},
            "email": {"invalid": EMAIL_WRONG},
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        held = {name: cleaned.get(name) or "" for name in MISSING}
        missing = asks_for(cleaned.get("reach", ""), **held)
        if missing and missing not in self.errors:
            self.add_error(missing, MISSING[missing])
        return cleaned


class CoverageForm(forms.ModelForm):
    class Meta:
        model = Coverage
        fields = [
            "plan_name", "member_id", "delegate", "regulator", "evidence_kind", "evidence", "certainty",
        ]  # fmt: skip
        labels = {
            "plan_name": "Health plan",
            "member_id": "Member number",
            "delegate": "Who decided for the plan?",
            "regulator": "Who regulates this plan?",
            "evidence_kind": "How do we know?",
            "evidence": "What does it say?",
            "certainty": "How sure are we?",
        }
        help_texts = {
            "plan_name": "As it stands on the card.",
            "member_id": "Kept encrypted.",
            "delegate": "A medical group or a manager of behavioral health, if the letter names one.",
            "regulator": "Look in the letter and in the plan’s booklet. The number 1-888-466-2219 means "
            "DMHC, 1-800-927-4357 means CDI.",
            "evidence": "For example: page 61 of the booklet names the DMHC help line.",
            "certainty": "A guess from the plan’s name is a guess: many insurers have plans of both kinds.",
        }
        error_messages = {
            "plan_name": {"required": "Enter the name of the health plan"},
            "regulator": {"required": "Choose who regulates this plan"},
            "evidence_kind": {"required": "Choose how we know it"},
            "certainty": {"required": "Choose how sure we are"},
        }
        widgets = {
            "member_id": forms.TextInput(attrs={"autocomplete": "off"}),
            "certainty": RadioRow,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asked = {name: cleaned.get(name, "") for name in ("evidence_kind", "evidence", "certainty")}
        if "regulator" in cleaned:
            for gap in gaps_in_evidence(regulator=cleaned["regulator"], **asked):
                if gap.field not in self.errors:
                    self.add_error(gap.field, gap.words)
        return cleaned


class InvitationForm(forms.Form):
    """Who may read this client's file in the portal."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter their name"})
    email = forms.EmailField(
        label="E-mail",
        help_text="Sign-in codes go to this address. Ask whether others read it.",
        error_messages={
            "required": "Enter their e-mail address",
            "invalid": EMAIL_WRONG,
        },
    )
    capacity = forms.ChoiceField(label="Who are they?", choices=Capacity.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("es", "Spanish")])


class RepresentativeForm(forms.ModelForm):
    class Meta:
        model = Representative
        fields = ["name", "relation", "phone", "email"]
        labels = {
            "name": "Name",
            "relation": "Who are they to the client?",
            "phone": "Phone",
            "email": "E-mail",
        }
        help_texts = {"name": "As it stands on the form they sign."}
        error_messages = {
            "name": {"required": "Enter their name"},
            "relation": {"required": "Choose who they are to the client"},
            "email": {"invalid": EMAIL_WRONG},
        }


class AuthorisationForm(forms.Form):
    """What one signed form says. A signature that is still missing is left empty, not guessed."""

    body = forms.ChoiceField(
        choices=Body.choices,
        help_text="Each body has a form of its own. One form opens one door.",
        error_messages={"required": "Choose who may speak with them"},
    )
    form = forms.CharField(
        label="Which form is it?",
        help_text="For DMHC, the Authorized Assistant Form. For CDI, the Authorization for Release of "
        "Medical Records and Designation of IMR Agent. A plan has its own form.",
        max_length=160,
        error_messages={"required": "Enter the name of the form"},
    )
    both_sign = forms.TypedChoiceField(
        label="Who must sign it?",
        choices=[("both", "The client and the representative"), ("client", "The client alone")],
        coerce=lambda value: value == "both",
        widget=forms.RadioSelect,
        help_text="The DMHC form needs both.",
        error_messages={"required": "Choose who must sign it"},
    )
    client_signed_on = ThreeBoxDateField(
        label="Day the client signed", help_text="Leave it empty until they have.", required=False
    )
    stands_instead = forms.CharField(
        label="Paper that stands for the client’s signature",
        help_text="Only if the client cannot sign. For example, a power of attorney.",
        max_length=160,
        required=False,
    )
    representative_signed_on = ThreeBoxDateField(
        label="Day the representative signed", help_text="Leave it empty until they have.", required=False
    )
    expires_on = ThreeBoxDateField(
        label="Last day it holds",
        what="the last day it holds",
        help_text="As the form says. Leave it empty if it names none.",
        required=False,
    )

    def __init__(self, data: Any = None, *, who: str, authorisation: Authorisation | None = None) -> None:
        held = {name: getattr(authorisation, name) for name in self.base_fields} if authorisation else {}
        if authorisation:
            held["both_sign"] = "both" if authorisation.both_sign else "client"
        super().__init__(data, initial=held)
        self.fields["body"].label = f"Who may speak with {who}?"

    @property
    def terms(self) -> Terms:
        """What was typed, once the form is valid."""
        return Terms(**self.cleaned_data)


class ProviderForm(forms.ModelForm):
    in_network = forms.ChoiceField(
        label="In the plan’s network?", choices=InNetwork.choices, widget=RadioRow, initial=InNetwork.UNKNOWN,
        error_messages={"required": "Choose an answer"},
    )  # fmt: skip

    class Meta:
        model = Provider
        fields = ["name", "kind", "phone", "fax", "address", "in_network"]
        labels = {
            "name": "Name",
            "kind": "What are they?",
            "phone": "Phone",
            "fax": "Fax",
            "address": "Address",
        }
        error_messages = {
            "name": {"required": "Enter their name"},
            "kind": {"required": "Choose what they are"},
        }
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

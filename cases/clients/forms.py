"""What staff type about a client and their plan."""

from django import forms

from cases.clients.models import Capacity, Client, Coverage


class ClientForm(forms.ModelForm):
    class Meta:
        model = Client
        fields = ["given_name", "family_name", "phone", "email", "language"]
        labels = {
            "given_name": "Given name",
            "family_name": "Family name",
            "phone": "Phone",
            "email": "E-mail",
            "language": "Language they want to use",
        }
        help_texts = {"family_name": "If they use one name only, write it here."}
        error_messages = {
            "family_name": {"required": "Enter the family name"},
            "email": {"invalid": "Enter an e-mail address like name@example.org"},
        }


class CoverageForm(forms.ModelForm):
    class Meta:
        model = Coverage
        fields = ["plan_name", "member_id", "regulator", "evidence"]
        labels = {
            "plan_name": "Health plan",
            "member_id": "Member number",
            "regulator": "Who regulates this plan?",
            "evidence": "How do we know?",
        }
        help_texts = {
            "plan_name": "As it stands on the card.",
            "member_id": "Kept encrypted.",
            "evidence": "For example: the letter names the DMHC help line.",
        }
        error_messages = {"plan_name": {"required": "Enter the name of the health plan"}}
        widgets = {"member_id": forms.TextInput(attrs={"autocomplete": "off"})}


class InvitationForm(forms.Form):
    """Who may read this client's file in the portal."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter their name"})
    email = forms.EmailField(
        label="E-mail",
        help_text="Sign-in codes go to this address. Ask whether others read it.",
        error_messages={
            "required": "Enter their e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        },
    )
    capacity = forms.ChoiceField(label="Who are they?", choices=Capacity.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("es", "Spanish")])

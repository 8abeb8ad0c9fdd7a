"""Forms of the console."""

from django import forms

from advocacy.directory.models import Confidence, Form, FormLanguage, Office


class ContactsField(forms.MultipleChoiceField):
    """Contacts of an office that are less sure than the record."""

    def __init__(self) -> None:
        super().__init__(
            label="Contacts still unverified",
            required=False,
            choices=list(Office.CONTACTS.items()),
            widget=forms.CheckboxSelectMultiple,
            help_text="These show as unverified although the record as a whole is sure.",
        )


class EditionForm(forms.Form):
    """A new edition of a form: the file or its address."""

    form: forms.ModelChoiceField = forms.ModelChoiceField(queryset=Form.objects.all())
    edition = forms.CharField(max_length=80, help_text="As printed on it, like: rev. 01/20")
    language = forms.ChoiceField(choices=FormLanguage)
    effective_from = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="Left out: today."
    )
    file = forms.FileField(
        required=False, help_text="PDF or Word, up to 25 MB. Kept in private storage, with its SHA-256."
    )
    url = forms.URLField(label="Address", required=False, max_length=400, assume_scheme="https")
    source = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Where it was read, in words a person can follow."
    )
    confidence = forms.ChoiceField(choices=Confidence, initial=Confidence.HIGH)


class FoundingForm(forms.Form):
    """An organisation and its owner."""

    name = forms.CharField(label="Name of the organization", max_length=120)
    slug = forms.SlugField(
        label="Address", max_length=40, help_text="Part of every page's address. It cannot be changed later."
    )
    owner_name = forms.CharField(label="Owner's name", max_length=120)
    owner_email = forms.EmailField(
        label="Owner's e-mail", help_text="The owner is written to, with a link to choose a password."
    )

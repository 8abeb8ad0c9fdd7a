"""What an author types and signs, and what staff type about a story."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from advocacy.testimonials import consents, wording
from advocacy.testimonials.models import NameChoice, Reason, StoryLanguage, Tie
from advocacy.testimonials.queries import Detail
from advocacy.testimonials.refusals import NoName, NothingTicked

LONGEST = 3000
YEARS = ((1, _("One year")), (2, _("Two years")), (5, _("Five years")))
NOT_TICKED = "Tick each one, or change the words"
_PARTS = {"text": "", "translation": ", in the translation", "name": ", in the name to be shown"}


# ---- the author


class StoryForm(forms.Form):
    """The story in its author's own words: `services.write(case=, **form.cleaned_data, by=, now=)`."""

    text = forms.CharField(
        label=_("Your story"),
        help_text=_(
            "Leave out names, dates, illnesses and numbers. You can say what you liked and what you did not."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Write your story first"),
            "max_length": _("This is too long. Please use no more than 3,000 letters"),
        },
    )
    language = forms.ChoiceField(
        label=_("In which language did you write it?"), choices=StoryLanguage.choices
    )
    tie = forms.ChoiceField(
        label=_("Do you have another tie to us?"),
        help_text=_("We show this with your story, so that readers know."),
        choices=Tie.choices,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = wording.page_language()


class PlacesForm(forms.Form):
    """Where a story may be shown.

    `services.change_surfaces(story=, **form.cleaned_data, capacity=, by=, now=)`
    """

    on_site = forms.BooleanField(required=False)
    on_embed = forms.BooleanField(required=False)
    text_version = forms.CharField(widget=forms.HiddenInput)
    text_language = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, text: consents.ConsentText, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        # The words of each tick are part of what is signed.
        self.fields["on_site"].label = text.on_site
        self.fields["on_embed"].label = text.on_embed
        self.fields["on_embed"].help_text = text.on_embed_hint
        self.fields["text_version"].initial = text.version
        self.fields["text_language"].initial = text.language

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        signed = (typed.get("text_version"), typed.get("text_language"))
        if signed != (self.text.version, self.text.language):
            # It comes back with the text of today: that is what the next press of the button signs.
            typed_data: Any = self.data
            typed_data = typed_data.copy()
            typed_data["text_version"], typed_data["text_language"] = self.text.version, self.text.language
            self.data = typed_data
            raise ValidationError(_("The words of the permission have changed. Please read them again"))
        return typed


class ConsentForm(PlacesForm):
    """The permission, signed by sending it.

    `services.submit(story=, **form.cleaned_data, capacity=, by=, now=)`
    """

    name_choice = forms.ChoiceField(
        label=_("What name should we show?"),
        choices=NameChoice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the name we should show")},
    )
    name_words = forms.CharField(
        label=_("Your own words for a name"),
        help_text=_("Only if you chose words of your own. For example: A parent in Fresno"),
        max_length=80,
        required=False,
    )
    years = forms.TypedChoiceField(
        label=_("How long may we show it?"),
        choices=YEARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long we may show it")},
    )
    field_order = ["on_site", "on_embed", "name_choice", "name_words", "years"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if not (typed.get("on_site") or typed.get("on_embed")):
            self.add_error("on_site", NothingTicked().words)
        if typed.get("name_choice") == NameChoice.WORDS and not typed.get("name_words", "").strip():
            self.add_error("name_words", NoName().words)
        return typed


class ApproveForm(forms.Form):
    """The author's yes to one wording.

    `services.approve_wording(story=, **form.cleaned_data, by=, now=)`
    """

    number = forms.IntegerField(widget=forms.HiddenInput)


# ---- staff


class WordingForm(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="The words",
        help_text="Change only what must change. The author is asked again, and the first words are kept.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter the words"},
    )
    translation = forms.CharField(
        label="The same in the other language",
        help_text="Made by a person. The card says so.",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    tie = forms.ChoiceField(
        label="The author's other tie to us",
        help_text="It stands on the card, in the author's own words: “I volunteer there”.",
        choices=Tie.choices,
        required=False,
    )


class PrivacyForm(forms.Form):
    """One tick for each personal detail, and one for the whole."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    cleared = forms.MultipleChoiceField(
        label="Each of these may be shown",
        help_text="Tick what tells nobody who somebody is or what they have. Else change the words.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    read = forms.BooleanField(
        label="I read every word, and nothing else tells who somebody is or what they have",
        error_messages={"required": "Read every word, then tick the box"},
    )

    def __init__(self, *args: Any, found: list[Detail], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {each.key for each in found}
        if not found:
            del self.fields["cleared"]
            return
        field = self.fields["cleared"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each.key, _words_of(each)) for each in found]
        field.required = True
        field.error_messages["required"] = NOT_TICKED

    def clean_cleared(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["cleared"]
        if self.keys - set(ticked):
            raise ValidationError(NOT_TICKED)
        return ticked


def _words_of(detail: Detail) -> str:
    return f"“{detail.span.text}”: {wording.DETAILS[detail.span.kind]}{_PARTS[detail.part]}"


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why is it not shown?",
        help_text="The author reads it, and the public page counts it. What a story says of us is no reason.",
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason from the list"},
    )


class KeyForm(forms.Form):
    label = forms.CharField(
        label="Which website is it for?",
        help_text="For your own list, like “Valley Clinic”.",
        max_length=80,
        error_messages={"required": "Enter the website this is for"},
    )

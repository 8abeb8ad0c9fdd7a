"""What readers ask, and what staff write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.library.models import QUESTION_LENGTH, Article, Language, Question, QuestionDecline


class QuestionForm(forms.Form):
    """A reader's question on the public page."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_(
            "Please leave out names, plan numbers and health details. "
            "We read every question before it shows here."
        ),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your question first")},
    )
    shown_name = forms.CharField(
        label=_("Name to show with it"),
        help_text=_("A first name, or “a parent”. Leave it empty to show no name."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ArticleForm(forms.ModelForm):
    """The words of a page."""

    class Meta:
        model = Article
        fields = ["title", "summary", "body"]
        labels = {"title": "Title", "summary": "In one or two sentences", "body": "The page"}
        help_texts = {
            "title": "As a reader would ask it: My plan said no. What can I do?",
            "summary": "Shown in the list, and at the top of the page.",
            "body": "A blank line ends a paragraph. Start a line with # for a heading, with - for a list, "
            "with 1. for steps.",
        }
        error_messages = {
            "title": {"required": "Enter a title"},
            "summary": {"required": "Enter a sentence that says what the page is about"},
            "body": {"required": "Write the page first"},
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 18}),
        }


class NewArticleForm(ArticleForm):
    """The same, with what cannot be changed later."""

    language = forms.ChoiceField(label="Language", choices=Language.choices)
    slug = forms.SlugField(
        label="Address",
        required=False,
        max_length=80,
        help_text="Left empty, it is made from the title. For a translation, use the address of the page it "
        "translates: readers then change between the two.",
        error_messages={"invalid": "Use plain letters, figures and hyphens, like my-plan-said-no"},
    )

    field_order = ["language", "title", "slug", "summary", "body"]


class AnswerForm(forms.Form):
    """Approve a question together with its answer."""

    text = forms.CharField(
        label="The question, as it will show",
        help_text="Take out what tells who this is. What you take out is not kept.",
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Leave the question, or decline it"},
    )
    shown_name = forms.CharField(label="Name to show", required=False, max_length=40)
    answer = forms.CharField(
        label="Your answer",
        help_text="Plain words. Your name shows below it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write the answer first"},
    )
    cleared = forms.BooleanField(
        label="I looked at each marked word. None of them tells who this is.", required=False
    )

    def __init__(self, data: Any = None, *, question: Question, marked: bool) -> None:
        super().__init__(data, initial={"text": question.text, "shown_name": question.shown_name})
        if not marked and not data:
            del self.fields["cleared"]


class DeclineForm(forms.Form):
    """Why a question is not shown."""

    prefix = "decline"

    reason = forms.ChoiceField(
        label="Why does it not show?",
        choices=QuestionDecline.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why"},
    )

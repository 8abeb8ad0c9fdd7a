"""Adding a paper, and sorting it."""

from typing import Any

from django import forms

from cases.casefile.models import Case, Event
from cases.documents.models import Document, PaperKind


class DocumentForm(forms.Form):
    file = forms.FileField(
        label="Paper", help_text="PDF, text, Word or a picture, up to 25 MB.",
        error_messages={"required": "Choose the file", "empty": "This file is empty. Choose it again"},
    )  # fmt: skip
    kind = forms.TypedChoiceField(
        label="What kind of paper is it?", choices=PaperKind.choices, initial=PaperKind.OTHER,
        required=False, empty_value=PaperKind.OTHER,
    )  # fmt: skip
    title = forms.CharField(label="What do we call it?", max_length=160, required=False)
    event: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Which fact does it show?", queryset=None, required=False, empty_label="None"
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = (  # type: ignore[attr-defined]
            Event.objects.standing().filter(case=case).order_by("-occurred_on")
        )


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label="What kind of paper is it?", choices=PaperKind.choices,
        error_messages={"required": "Choose what kind of paper it is"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, document: Document) -> None:
        super().__init__(data, initial={"kind": document.standing_kind})
        self.fields["kind"].help_text = f"The paper: {document.title}"

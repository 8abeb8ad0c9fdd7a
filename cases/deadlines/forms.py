"""What people say of a date."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from advocacy.kernel.forms import ThreeBoxDateField
from advocacy.kernel.text import legal_day
from cases.deadlines.models import Deadline, Doubt
from cases.deadlines.rules import Rule
from cases.deadlines.services import Done, NoLongerApplies


def _words(label: str, needed: str, *, hint: str = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": needed},
    )  # fmt: skip


class DoubtForm(forms.Form):
    about = forms.ChoiceField(
        label="What looks wrong?", choices=Doubt.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what looks wrong"},
    )  # fmt: skip
    words = forms.CharField(
        label="What do you see?", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Your colleagues read this in the notes. Who keeps the rules hears only which rule it is.",
        error_messages={"required": "Say what you see"},
    )  # fmt: skip


class SettledForm(forms.Form):
    words = forms.CharField(
        label="How was it settled?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how it was settled"},
    )  # fmt: skip


class CheckForm(forms.Form):
    """The start of a date as the paper says it, typed without seeing what we have."""

    day = ThreeBoxDateField(what="the day on the paper")

    def __init__(self, data: Any = None, *, deadline: Deadline) -> None:
        super().__init__(data)
        event = deadline.trigger
        came = deadline.day_on_paper != event.occurred_on
        what = "The letter came" if came else event.get_kind_display()
        self.fields["day"].label = f"{what}: which day does the paper say?"
        self.fields["day"].help_text = "Read it from the paper itself. We compare it with the day we have."


class MetForm(forms.Form):
    on = ThreeBoxDateField(label="Day it was done")
    words = _words(
        "What shows it?", "Say what shows that it was done",
        hint="The title of a paper, a receipt number, or who told us. If the step has a button of its own on "
        "the case's page, use that button: it starts the next dates.",
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = _words("Why?", "Say why")


class WaiveForm(forms.Form):
    reason = _words("Why does it no longer apply?", "Say why it no longer applies")


class OwnDateForm(forms.Form):
    on = ThreeBoxDateField(label="Day to work to")
    reason = _words("Why another day?", "Say why we work to another day")
    confirmed = forms.BooleanField(
        required=False,
        label="If it is later than the date by the law: I know that the right may end on the date by the "
        "law. That date stays beside this one.",
    )

    def __init__(self, data: Any = None, *, deadline: Deadline) -> None:
        super().__init__(data)
        self.fields["on"].help_text = f"By the law it is {legal_day(deadline.act_on_by_law)}."


class ExtensionForm(forms.Form):
    """`to` is asked only where the law gives the extension no length."""

    on = ThreeBoxDateField(label="Day of the notice")
    to = ThreeBoxDateField(label="New last day, as the notice names it", what="the new last day")
    reason = _words("Who extended it, and why?", "Say who extended it, and why")

    def __init__(self, data: Any = None, *, extension: Rule | None) -> None:
        super().__init__(data)
        if extension is None or extension.unit != "none":
            del self.fields["to"]


WAIVED, DONE = "waived", "done"
HAPPENS = [(DONE, "It is done"), (WAIVED, "It no longer applies")]


class CloseForm(forms.Form):
    """How a case ended, and for each open date what happens to it: fields named by the date's id."""

    outcome = _words("How did it end?", "Say how the case ended", rows=3)

    def __init__(self, data: Any = None, *, dates: list[Deadline]) -> None:
        super().__init__(data)
        self.dates = dates
        for each in dates:
            named = f"{each.title}, {legal_day(each.act_on)}"
            self.fields[f"what-{each.pk}"] = forms.ChoiceField(
                label="What happens to this date?", choices=HAPPENS, widget=forms.RadioSelect,
                error_messages={"required": f"Choose what happens to this date: {named}"},
            )  # fmt: skip
            self.fields[f"on-{each.pk}"] = ThreeBoxDateField(
                label="Day it was done", help_text="Only if it is done.", required=False
            )
            words = _words(
                "What shows it, or why does it no longer apply?", f"Say why, or what shows it: {named}"
            )
            self.fields[f"words-{each.pk}"] = words

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields of each date, for the page's fieldsets."""
        parts = ("what", "on", "words")
        return [
            {"deadline": each, "fields": [self[f"{part}-{each.pk}"] for part in parts]} for each in self.dates
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for each in self.dates:
            missing = cleaned.get(f"what-{each.pk}") == DONE and cleaned.get(f"on-{each.pk}", "wrong") is None
            if missing:
                self.add_error(f"on-{each.pk}", "Enter the day it was done")
        return cleaned

    @property
    def decisions(self) -> dict[UUID, Done | NoLongerApplies]:
        """What was said of each date, once the form is valid."""
        return {each.pk: self._decision(each.pk) for each in self.dates}

    def _decision(self, pk: UUID) -> Done | NoLongerApplies:
        words, on = self.cleaned_data[f"words-{pk}"], self.cleaned_data[f"on-{pk}"]
        if self.cleaned_data[f"what-{pk}"] == DONE and isinstance(on, date):
            return Done(on, words)
        return NoLongerApplies(words)

"""What staff type about a case."""

from datetime import date
from typing import Any, cast

from django import forms

from advocacy.accounts.models import User
from advocacy.kernel.clock import instant_of
from advocacy.kernel.errors import Refusal
from advocacy.kernel.forms import ThreeBoxDateField, TimeOfDayField, WithHour
from cases.casefile.models import DenialReason, Event, Note, Party, Task, Urgency
from cases.casefile.services import CALIFORNIA
from cases.clients.models import Client, Coverage

OUTCOMES = [
    ("upheld", "No: the refusal stands"),
    ("partly", "Yes to a part"),
    ("overturned", "Yes: for the client"),
]
HOW_RECEIVED = [
    ("mail", "By mail"),
    ("portal", "In the plan's website"),
    ("email", "By e-mail"),
    ("phone", "By phone"),
    ("in_person", "In person"),
]


class CaseForm(forms.Form):
    """Open or correct a case. Choices are this client's coverages and this organisation's people.

    A plain form: a model form would ask the scoped managers for rows when the module is imported.
    """

    service = forms.CharField(
        label="What did the plan refuse?",
        help_text="The treatment, test or drug, in a few words.",
        max_length=200,
        error_messages={"required": "Enter what the plan refused"},
    )
    coverage: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Which plan?", queryset=None, required=False, empty_label="Not known yet"
    )
    urgency = forms.ChoiceField(
        label="How urgent is it?", choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.STANDARD
    )
    owner: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who works this case?", queryset=None, empty_label=None
    )

    def __init__(self, *args: Any, client: Client, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coverage = cast(forms.ModelChoiceField, self.fields["coverage"])
        owner = cast(forms.ModelChoiceField, self.fields["owner"])
        coverage.queryset = Coverage.objects.filter(client=client)
        owner.queryset = User.objects.filter(pk__in=[person.pk for person in people])


class DenialForm(forms.Form):
    """Read the dates from the letter; one that cannot be read is asked for, never guessed."""

    dated_on = ThreeBoxDateField(label="Date on the letter", help_text="For example, 5 26 2026.")
    received_on = ThreeBoxDateField(
        label="Day the letter came", help_text="Look for a stamp or the envelope."
    )
    how_received = forms.ChoiceField(label="How did it come?", choices=HOW_RECEIVED)
    reason = forms.ChoiceField(label="Why did the plan say no?", choices=DenialReason.choices)
    reason_as_stated = forms.CharField(
        label="What the letter says",
        help_text="Type or paste the plan's own words.",
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=4000,
    )
    amount = forms.DecimalField(
        label="Amount in dollars", required=False, min_value=0, max_digits=12, decimal_places=2
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _came_after_its_date(self, cleaned.get("dated_on"), cleaned.get("received_on"))
        return cleaned


def _came_after_its_date(form: forms.Form, dated: date | None, received: date | None) -> None:
    if dated and received and received < dated:
        form.add_error("received_on", "Enter a day on or after the date on the letter")


class CorrectionForm(WithHour):
    """Correct the day of a fact, its hour and its outcome where there is one; the first stays readable."""

    day_field, instant = "occurred_on", "occurred_at"

    occurred_on = ThreeBoxDateField(label="The right day")
    received_on = ThreeBoxDateField(label="Day the letter came")
    outcome = forms.ChoiceField(label="What was the answer?", choices=OUTCOMES, widget=forms.RadioSelect)
    reason = forms.CharField(label="How do you know?", max_length=300)

    def __init__(self, data: Any = None, *, event: Event) -> None:
        at = event.occurred_at
        said = {"occurred_on": event.occurred_on, "hour": at.astimezone(CALIFORNIA).time() if at else None}
        asks_hour = at is not None or event.case.asks_hour_of(event.kind)
        super().__init__(data, initial=event.details | said, asks_hour=asks_hour)
        for name in {"outcome", "received_on"} - event.details.keys():
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _came_after_its_date(self, cleaned.get("occurred_on"), cleaned.get("received_on"))
        return cleaned


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["text"]
        labels = {"text": "Private note: staff only"}
        error_messages = {"text": {"required": "Write the note first"}}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class CallForm(forms.Form):
    """One call, as it was. The hour is asked for: an urgent complaint by phone starts its clock with it."""

    on = ThreeBoxDateField(label="Day of the call")
    time = TimeOfDayField(
        what="the time of the call", label="Time of the call", help_text="For example, 4:10 pm."
    )
    with_whom = forms.ChoiceField(label="With whom?", choices=Party.choices)
    person = forms.CharField(
        label="Who spoke?", help_text="The name they gave.", max_length=120, required=False
    )
    phone = forms.CharField(label="Phone number", max_length=40, required=False)
    reference = forms.CharField(
        label="Reference number", help_text="Ask for one at the end of each call.", max_length=60,
        required=False,
    )  # fmt: skip
    said = forms.CharField(
        label="What was said?", widget=forms.Textarea(attrs={"rows": 6}), max_length=10_000,
        error_messages={"required": "Write what was said"},
    )  # fmt: skip
    promise = forms.CharField(
        label="Did they promise something?", help_text="In their words. It becomes a task.", max_length=200,
        required=False,
    )  # fmt: skip
    promised_on = ThreeBoxDateField(label="Promised for", what="the day they promised it for", required=False)

    def clean(self) -> dict[str, Any]:
        """Make one moment in California, `at`, of the day and the time."""
        cleaned = super().clean() or {}
        on, time = cleaned.pop("on", None), cleaned.pop("time", None)
        if on and time is not None:
            try:
                cleaned["at"] = instant_of(on, time, str(CALIFORNIA))
            except Refusal as refusal:
                self.add_error("time", refusal.words)
        return cleaned


CHOOSE_WHO = {"required": "Choose who does it", "invalid_choice": "Choose somebody who works here"}


class _WithOwner(forms.Form):
    """A form that chooses one of this organisation's people."""

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = cast(forms.ModelChoiceField, self.fields["owner"])
        owner.queryset = User.objects.filter(pk__in=[person.pk for person in people])


class TaskForm(_WithOwner):
    what = forms.CharField(
        label="What is to do?", help_text="A verb first: call, ask, send.", max_length=240,
        error_messages={"required": "Enter what is to do"},
    )  # fmt: skip
    due_on = ThreeBoxDateField(label="Due on", what="the day it is due")
    owner: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who does it?", queryset=None, empty_label=None, error_messages=CHOOSE_WHO
    )


class GiveTaskForm(_WithOwner):
    owner: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who does it now?", queryset=None, empty_label=None, error_messages=CHOOSE_WHO
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": task.owner_id}, **kwargs)
        # In the page, and not in its title: a tab's name tells nothing of a client.
        self.fields["owner"].help_text = f"The task: {task.what}"


class DropTaskForm(forms.Form):
    reason = forms.CharField(
        label="Why is it not needed?", max_length=200, error_messages={"required": "Say why it is not needed"}
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"The task: {task.what}"

"""What people choose of reminders: when, by whom they are covered, and what they want to be reminded of."""

import re
from typing import Any, cast

from django import forms

from advocacy.accounts.models import User
from advocacy.accounts.roles import ROLES
from advocacy.kernel.forms import ThreeBoxDateField, TimeOfDayField
from reminders.policy import Policy
from reminders.queries import SEEING

EMAIL_WORDS = {
    "required": "Enter an e-mail address",
    "invalid": "Enter an e-mail address like name@example.org",
}
CHOOSE = {"invalid_choice": "Choose somebody who works here"}
_OWN_EMAIL = {"autocomplete": "off", "spellcheck": "false"}


class NumbersField(forms.CharField):
    """Whole numbers in any order, with commas or blanks between: `30, 14, 7`. Returns a tuple of them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"})
        super().__init__(max_length=120, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(each) for each in value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> Any:
        words = re.split(r"[\s,;]+", super().clean(value).strip(" ,;"))
        if not all(re.fullmatch(r"[0-9]{1,4}", each) for each in words if each):
            raise forms.ValidationError("Enter numbers with commas between, like 30, 14, 7", code="numbers")
        return tuple(int(each) for each in words if each)


class PolicyForm(forms.Form):
    """How one family of dates is spoken of. The bounds are the service's."""

    ours_days = NumbersField(
        label="Days before a date of ours",
        help_text="Like 30, 14, 7, 3, 1. The day itself, 0, is always in.",
        error_messages={"required": "Enter at least one number of days"},
    )
    ours_hours = NumbersField(
        label="Hours before, where the law counts in hours",
        help_text="Like 24, 6, 1. At once and at the end are always in.",
        error_messages={"required": "Enter at least one number of hours"},
    )
    theirs_every_days = forms.IntegerField(
        label="Days between reminders while somebody owes us an answer",
        error_messages={"required": "Enter a number of days", "invalid": "Enter a whole number, like 7"},
    )
    also = forms.MultipleChoiceField(
        label="Who is told beside whoever owns the case?", required=False,
        choices=[(key, f"{ROLES[key].name}s") for key in SEEING],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    client_days = NumbersField(
        label="Days before, for the client", required=False,
        help_text="Like 7, 1. Leave it empty to write to no client.",
    )  # fmt: skip
    escalate_days = forms.IntegerField(
        label="Working days before, for the next person",
        help_text="If nobody has said “I have seen it” by then, the next one is told, then another each day.",
        error_messages={"required": "Enter a number of days", "invalid": "Enter a whole number, like 3"},
    )

    @property
    def chosen(self) -> Policy:
        """What the service takes; of a valid form."""
        said = self.cleaned_data | {"also": tuple(self.cleaned_data["also"])}
        return Policy(**said)


class HoursForm(forms.Form):
    send_at = TimeOfDayField(
        what="the hour", label="When are people written to?", help_text="In their own zone, like 8:00 am."
    )
    quiet_from = TimeOfDayField(what="the hour", label="Quiet from", help_text="Like 8:00 pm.")
    quiet_until = TimeOfDayField(
        what="the hour", label="Quiet until",
        help_text="What ends within three days may leave from then on. A clock in hours waits for nothing.",
    )  # fmt: skip


class AbsenceForm(forms.Form):
    """Who is away, from when until when, and who covers. `people` may be away, `covers` may cover."""

    user: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who is away?", queryset=None, empty_label=None,
        error_messages={"required": "Choose who is away"} | CHOOSE,
    )  # fmt: skip
    first_day = ThreeBoxDateField(label="First day away", what="the first day away")
    last_day = ThreeBoxDateField(label="Last day away", what="the last day away")
    cover: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who covers?", queryset=None, required=False, empty_label="Their stand-in",
        help_text="Reminders of their dates go there meanwhile.", error_messages=CHOOSE,
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[User], covers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = people[0] if len(people) == 1 else None
        if self.only:
            del self.fields["user"]
        else:
            _offer(self, "user", people)
        _offer(self, "cover", covers)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned | {"user": self.only} if self.only else cleaned


class StandInForm(forms.Form):
    stands_in: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who is asked next?", queryset=None, empty_label="Choose",
        help_text="When reminders stay without an answer, and whenever an absence names nobody.",
        error_messages={"required": "Choose who is asked next"} | CHOOSE,
    )  # fmt: skip

    def __init__(self, *args: Any, covers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "stands_in", covers)


class OwnAddressForm(forms.Form):
    email = forms.EmailField(
        label="E-mail", help_text="One you read when you do not read the other.", max_length=254,
        widget=forms.EmailInput(attrs=_OWN_EMAIL), error_messages=EMAIL_WORDS,
    )  # fmt: skip
    phone = forms.CharField(label="Phone number", max_length=40, required=False)


class OutsiderForm(OwnAddressForm):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the name"})
    field_order = ("name", "email", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "They get a mail now that says who named them."


class NudgeForm(forms.Form):
    on = ThreeBoxDateField(label="Remind me on", what="the day to be reminded on")
    words = forms.CharField(
        label="Of what?", max_length=200, help_text="For you alone. The mail says only the case number.",
        error_messages={"required": "Enter what to be reminded of"},
    )  # fmt: skip


def _offer(form: forms.Form, name: str, people: list[User]) -> None:
    rows = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")
    cast(forms.ModelChoiceField, form.fields[name]).queryset = rows

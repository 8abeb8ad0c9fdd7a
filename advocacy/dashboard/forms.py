"""What an owner types about people."""

from typing import Any, cast

from django import forms

from advocacy.accounts.models import User
from advocacy.accounts.roles import ROLES, VOLUNTEER
from cases.casefile.queries import OpenWork

CHOICES = [(role.key, f"{role.name}. {role.description}") for role in ROLES.values()]
NOT_HERE = {"invalid_choice": "Choose somebody who works cases here"}
WRONG_ROLE = {"required": "Choose a role", "invalid_choice": "Choose one of these roles"}


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="E-mail", help_text="Their own, at work. The link goes there.", max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter an e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        },
    )  # fmt: skip
    role = forms.ChoiceField(
        label="Role", choices=CHOICES, initial=VOLUNTEER.key, widget=forms.RadioSelect,
        error_messages=WRONG_ROLE,
    )  # fmt: skip


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label="Role", choices=CHOICES, widget=forms.RadioSelect, error_messages=WRONG_ROLE,
        help_text="It holds at once. They are signed out everywhere, and sign in with the new one.",
    )  # fmt: skip


class HandOverForm(forms.Form):
    """To whom a person's open work goes. What is not there is not asked for."""

    cases_to: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who takes the cases?", queryset=None, empty_label="Choose",
        error_messages={"required": "Choose who takes the open cases"} | NOT_HERE,
    )  # fmt: skip
    tasks_to: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who takes the tasks?", queryset=None, empty_label="Choose",
        error_messages={"required": "Choose who takes the open tasks"} | NOT_HERE,
    )  # fmt: skip

    def __init__(self, *args: Any, work: OpenWork, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")
        for name, count, noun in (
            ("cases_to", work.cases.count(), "open case"),
            ("tasks_to", work.tasks.count(), "open task"),
        ):
            if not count:
                del self.fields[name]
                continue
            field = cast(forms.ModelChoiceField, self.fields[name])
            field.queryset = rest
            field.help_text = f"{count} {noun}{'' if count == 1 else 's'}"

    @property
    def chosen(self) -> dict[str, User | None]:
        """What `hand_over` and `leave` take."""
        return {name: self.cleaned_data.get(name) for name in ("cases_to", "tasks_to")}

"""The sign-in form in our words."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms


class SignInForm(LoginForm):
    """allauth's form; only the words differ."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages |= {
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        }
        self.fields["password"].error_messages |= {"required": "Enter your password"}


class JoinForm(forms.Form):
    """What somebody new says of themselves; the address is the one the invitation went to."""

    name = forms.CharField(
        label="Your name", max_length=120, help_text="As colleagues should read it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )  # fmt: skip
    password = forms.CharField(
        label="Password", strip=False,
        help_text="15 characters or more. A few words you can remember are better than one odd word.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password"},
    )  # fmt: skip

"""The sign-in form in our words."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """allauth's form; only the words differ."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages |= {
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        }
        self.fields["password"].error_messages |= {"required": "Enter your password"}

"""How allauth sends mail, lets people in and keeps secrets: our door for mail, by invitation only, sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.kernel.encrypted import decrypt, encrypt
from advocacy.mail import services as mail


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in by invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message: it leaves after commit, by the one transport."""
        message = self.render_mail(template_prefix, email, context)
        mail.queue(
            kind=template_prefix.rpartition("/")[2],
            to=email,
            subject=message.subject,
            text=str(message.body),
            html="",
            now=clock.now(),
            keep_here=User.objects.filter(email=email.lower(), is_demo=True).exists(),
        )


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are sealed like every other, and passkeys have plain names."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code does not work. Wait for the next one and try again",
    }
    place = f"{Authenticator._meta.db_table}.data"

    def encrypt(self, text: str) -> str:
        return encrypt(text, place=self.place)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, place=self.place)

    def get_totp_issuer(self) -> str:
        return "Advocacy"

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "My device" if not count else f"My device {count + 1}"

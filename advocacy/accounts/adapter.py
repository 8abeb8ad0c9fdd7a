"""How allauth sends mail and lets people in: through our door for mail, by invitation only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from advocacy.accounts.models import User
from advocacy.kernel import clock
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

"""Mails to an author: that there is something to read in the portal, and nothing of what it is about."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from advocacy.accounts.models import User
from advocacy.mail import services as mail
from advocacy.organisations.services import current

# Kind -> subject, first sentence.
SIGNED, ASKED, SHOWN, NOT_SHOWN, TAKEN_DOWN = "signed", "asked", "shown", "not_shown", "taken_down"
_UPDATE: Final = _("You have an update")
_WORDS: Final = {
    SIGNED: (
        _("You signed a permission"),
        _("You signed a permission. Sign in to read it or to take it back."),
    ),
    ASKED: (_("We have a question for you"), _("We need your yes to some words. Sign in to read them.")),
    SHOWN: (_UPDATE, _("What you wrote is on the page now. Sign in to see it or to take it down.")),
    NOT_SHOWN: (_UPDATE, _("We answered what you sent us. Sign in to read our answer.")),
    TAKEN_DOWN: (_UPDATE, _("We took down what you wrote. Sign in to see it.")),
}


def tell(author: User, kind: str, *, now: datetime) -> None:
    """Queue the mail, in the author's language, in the caller's transaction."""
    organisation = current()
    subject, lead = _WORDS[kind]
    with translation.override(author.language or "en"):
        context = {
            "heading": gettext(subject),
            "lead": gettext(lead),
            "name": author.name,
            "link": f"{settings.BASE_URL}/p/{organisation.slug}/",
            "language": author.language or "en",
            "organisation_name": organisation.name,
            "postal_address": organisation.postal_address,
            "phone": organisation.phone,
        }
        mail.queue(
            kind=f"story-{kind}".replace("_", "-"),
            to=author.email,
            subject=f"{context['heading']} · {organisation.name}",
            text=render_to_string("testimonials/mail.txt", context),
            html=render_to_string("testimonials/mail.html", context),
            now=now,
            organisation_id=organisation.pk,
            keep_here=author.is_demo,
        )

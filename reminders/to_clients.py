"""What a client is told of a date, in their language: by mail, letter or phone. Nothing of the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from advocacy.kernel import clock
from advocacy.mail.messages import Message, can_stand, message_id, render
from advocacy.organisations.models import Organisation
from cases.clients.models import Capacity, Client, Language, PortalAccess
from reminders.models import Reminder
from reminders.roster import Roster


@dataclass(frozen=True)
class Line:
    """One turn of a call: when it comes, what to say in each language (code, words), what to mind."""

    when: str
    said: tuple[tuple[str, str], ...]
    mind: str = ""


def language_of(client: Client) -> str:
    """Return the language we write to a client in: English or Spanish."""
    return "es" if client.language == Language.SPANISH else "en"


def days_of(rows: Sequence[Reminder]) -> list[date]:
    """Return the days these reminders are of, soonest first, each once."""
    return sorted({row.deadline.act_on for row in rows if row.deadline})


def mail(rows: Sequence[Reminder], mail_id: UUID, *, roster: Roster, now: datetime) -> Message:
    """Write the mail of these reminders to their client. On a shared address it says "please call us"."""
    first = rows[0]
    client, organisation = first.client, first.organisation
    advocate = roster.told(first.case.owner_id)[0]
    with translation.override(language_of(client)):
        told = told_of(rows, advocate=advocate.name, organisation=organisation)
        told |= {"link": _portal_of(client, organisation, now), "answers": can_stand(advocate.email)}
        kind = "reminder_client_shared" if client.is_shared else "reminder_client"
        subject, text, html = render(kind, told)
    return Message(
        to=client.email,
        subject=subject,
        text=text,
        html=html,
        message_id=message_id(organisation_id=organisation.pk, row_id=mail_id),
        # Whoever else reads a shared mailbox learns of a person, and not of whom they are asked for.
        from_name=advocate.name if client.is_shared else organisation.name,
        reply_to=(advocate.email,) if can_stand(advocate.email) else (),
        keep_here=organisation.is_demo,
    )


def told_of(rows: Sequence[Reminder], *, advocate: str, organisation: Organisation) -> dict[str, Any]:
    """Return what mail and letter say, in the language that is active."""
    client, days = rows[0].client, days_of(rows)
    return {
        "language": language_of(client),
        "organisation": organisation,
        "client": client,
        "name": client.given_name or client.family_name,
        "advocate": advocate,
        "day": day_in(days[0]),
        "count": len(days),
    }


def day_in(day: date) -> str:
    """Return a day in full in the language that is active: `Monday, September 21, 2026`."""
    if (translation.get_language() or "en").startswith("es"):
        return format_date(day, "EEEE d 'de' MMMM 'de' y", locale="es")
    return format_date(day, "full", locale="en_US")


def _portal_of(client: Client, organisation: Organisation, now: datetime) -> str:
    """Where the client signs in, "" for who does not: somebody else's sign-in is not theirs."""
    own = Q(capacity=Capacity.SELF) | Q(user__email=client.email)
    comes = PortalAccess.objects.live(now).filter(own, client=client).exclude(accepted_at=None)
    return settings.BASE_URL + reverse("portal:home", args=[organisation.slug]) if comes.exists() else ""


def today_in(organisation: Organisation, now: datetime) -> str:
    """Return the day a letter is written on."""
    return day_in(clock.day(now, organisation.zone))


def script(rows: Sequence[Reminder], *, caller: str, organisation: Organisation) -> list[Line]:
    """Return what to say in a call, turn by turn: in English, and in Spanish to who wants it."""
    client = rows[0].client
    languages = ["es", "en"] if client.language == Language.SPANISH else ["en"]
    given = {"client": client.called, "caller": caller, "organisation": organisation.name}
    given["phone"] = organisation.phone

    def said(which: str) -> tuple[tuple[str, str], ...]:
        return tuple((language, _spoken(which, language, given, days_of(rows))) for language in languages)

    lines = [
        Line("Somebody answers", said("ask")),
        Line(f"It is {client.called}", said("tell"), "Be sure that it is them before you say more."),
        Line("It is somebody else", said("other"), "Say nothing of the case, and not where you call from."),
    ]
    if client.may_leave_voicemail:
        lines.append(Line("A machine answers", said("machine"), "Nothing more."))
    else:
        lines.append(Line("A machine answers", (), "Hang up without a word: they did not allow a voicemail."))
    return lines


def _spoken(which: str, language: str, given: dict[str, str], days: Sequence[date]) -> str:
    with translation.override(language):
        words = given | {"day": day_in(days[0])}
        call_back = (
            _("Please ask %(client)s to call %(caller)s at %(phone)s. Thank you.")
            if given["phone"]
            else _("Please ask %(client)s to call %(caller)s. Thank you.")
        )
        message = (
            _("This is a message for %(client)s. Please call %(caller)s at %(phone)s. Thank you.")
            if given["phone"]
            else _("This is a message for %(client)s. Please call %(caller)s. Thank you.")
        )
        tell = _(
            "This is %(caller)s from %(organisation)s. Can you talk now? A date in your case comes up on "
            "%(day)s. We take care of it. I will tell you what it is for, and if we need something from you."
        )
        found = {"ask": _("Hello. May I speak with %(client)s?"), "other": call_back, "machine": message}
        return (found | {"tell": tell})[which] % words

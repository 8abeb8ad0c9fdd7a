"""What pages say of a story, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import format_date
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_noop as _

from advocacy.kernel import privacy
from advocacy.testimonials import figures, lifecycle
from advocacy.testimonials.models import Reason, Tie

_TIES: Final = {
    Tie.VOLUNTEER: _("The author volunteers with us."),
    Tie.WORKS: _("The author works with us, or did."),
    Tie.FAMILY: _("Somebody in the author's family works with us."),
    Tie.BOARD: _("The author is on our board."),
}
# What each kind of personal detail is called, to staff.
DETAILS: Final = {
    privacy.EMAIL: "an e-mail address",
    privacy.PHONE: "a phone number",
    privacy.DATE: "a date",
    privacy.MEMBER_ID: "a number, like a member number",
    privacy.PROVIDER: "somebody who treats people",
    privacy.NAME: "a name of this client or plan",
    privacy.DIAGNOSIS: "an illness or treatment",
}


def page_language() -> str:
    """Return the language of the page that is being made: `en` or `es`."""
    return (get_language() or "en")[:2]


def month_words(day: date) -> str:
    """Return `October 2026`, or `octubre de 2026`."""
    if page_language() == "es":
        return format_date(day, "MMMM 'de' y", locale="es")
    return format_date(day, "MMMM y", locale="en_US")


def long_day_words(day: date) -> str:
    """Return `November 26, 2028`, or `26 de noviembre de 2028`."""
    return format_date(day, "long", locale="es" if page_language() == "es" else "en_US")


def language_words(code: str) -> str:
    """Return the name of a story's language."""
    return gettext("Spanish") if code == "es" else gettext("English")


def tie_words(tie: str) -> str:
    """Return the sentence that discloses what else joins the author to the organisation."""
    return gettext(_TIES[Tie(tie)]) if tie else ""


def not_shown_words(counts: Mapping[str, int]) -> str:
    """Return why stories are not shown, as `4 told too much about health, 3 were taken down`."""
    return ", ".join(_why(heading, number) for heading, number in counts.items() if number)


def _why(heading: str, number: int) -> str:
    words = {
        figures.BEING_READ: ngettext("%(n)d is being read", "%(n)d are being read", number),
        figures.ELSEWHERE: ngettext("%(n)d is only on other sites", "%(n)d are only on other sites", number),
        lifecycle.WITHDRAWN: ngettext("%(n)d was taken down", "%(n)d were taken down", number),
        lifecycle.EXPIRED: ngettext("%(n)d had its time", "%(n)d had their time", number),
        Reason.HEALTH_DETAIL: ngettext(
            "%(n)d told too much about somebody's health",
            "%(n)d told too much about somebody's health",
            number,
        ),
        Reason.NAMES_OTHERS: ngettext("%(n)d named other people", "%(n)d named other people", number),
        Reason.NOT_OUR_HELP: ngettext(
            "%(n)d was not about help from us", "%(n)d were not about help from us", number
        ),
        Reason.TWICE: ngettext("%(n)d was here already", "%(n)d were here already", number),
        Reason.NO_ANSWER: ngettext(
            "%(n)d waited for an answer that did not come",
            "%(n)d waited for answers that did not come",
            number,
        ),
        Reason.NOT_CONFIRMED: ngettext(
            "%(n)d could not be confirmed", "%(n)d could not be confirmed", number
        ),
    }
    return words[heading] % {"n": number}

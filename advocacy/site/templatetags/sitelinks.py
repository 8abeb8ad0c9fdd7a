"""What every page for clients and the public shows: the bar's links, a number to call, the other language."""

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.template import Context
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import get_language

from advocacy.accounts.language import LANGUAGES
from advocacy.site import parts

register = template.Library()
US_DIGITS: Final = 10
LONG_DAY: Final = {"en": "F j, Y", "es": r"j \d\e F \d\e Y"}


@register.simple_tag(takes_context=True)
def site_links(context: Context) -> list[parts.Link]:
    """Return the links of the bar: only to pages that exist."""
    request: Any = context["request"]
    return parts.links(context["organisation"].slug, request.path)


@register.filter
def language_name(code: str) -> str:
    """`Español`: each language by its own name."""
    return LANGUAGES.get(code, code)


@register.filter
def tel(phone: str) -> str:
    """`tel:+15105550142`."""
    digits = "".join(each for each in phone if each.isdecimal())
    return f"tel:{'+1' if len(digits) == US_DIGITS else ''}{digits}"


@register.filter
def whole_day(moment: date | datetime) -> str:
    """`November 2, 2026`, `2 de noviembre de 2026`: months in full, in the language of the page."""
    day = localtime(moment) if isinstance(moment, datetime) else moment
    return format_date(day, LONG_DAY.get(get_language() or "en", LONG_DAY["en"]))

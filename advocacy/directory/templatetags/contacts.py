"""Contacts as links, and doubts about them."""

import re

from django import template

from advocacy.directory.models import Office

register = template.Library()

NATIONAL_DIGITS = 10


@register.filter
def dial(number: str) -> str:
    """Return the address behind a phone link: `tel:+18885550100`; a short code stays as it is."""
    digits = re.sub(r"\D", "", number)
    if len(digits) == NATIONAL_DIGITS:
        digits = f"1{digits}"
    return f"tel:{'+' if len(digits) > NATIONAL_DIGITS else ''}{digits}"


@register.filter
def doubts(office: Office, contact: str) -> bool:
    """True if this contact is shown as unverified."""
    return office.doubts(contact)

"""Requests for help, built as the public page builds them."""

from datetime import datetime
from typing import Any

from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.intake import services
from cases.intake.models import HelpRequest

WORDS = {
    "name": "Rosa Marisol Quintero",
    "phone": "(510) 555-0188",
    "email": "rosa@visitor.example",
    "contact": "call_only",
    "best_time": "evening",
    "language": "es",
    "plan_name": "Golden Bay HMO",
    "refused": "speech therapy for my son",
    "urgent": False,
    "letter_came_on": None,
}


def make_request(organisation: Organisation, *, now: datetime, **fields: Any) -> HelpRequest:
    """Ask for help by the public door, as a visitor does."""
    with scope(organisation.pk, door=Door.PUBLIC):
        return services.request_help(organisation=organisation, **(WORDS | fields), now=now)


def typed(**fields: str) -> dict[str, str]:
    """What a visitor types into the form."""
    words = {key: value for key, value in WORDS.items() if isinstance(value, str)}
    return words | {"letter_came_on_month": "", "letter_came_on_day": "", "letter_came_on_year": ""} | fields

"""What strangers see. These read nothing but the row that is shown, and the numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from advocacy.organisations.models import Organisation
from advocacy.testimonials import figures
from advocacy.testimonials.models import StoryFigures, Testimonial
from advocacy.testimonials.queries.parts import day_of
from advocacy.testimonials.wording import language_words, month_words, page_language, tie_words

_SHOWN = (
    "pk",
    "language",
    "published_at",
    "published_text",
    "published_translation",
    "published_name",
    "published_tie",
)


@dataclass(frozen=True)
class Card:
    """One story as a reader gets it, with what must be told about it."""

    text: str
    language: str
    name: str
    shared: str
    tie: str
    # Where the page shows a translation: the author's own words, and the name of their language.
    original: str
    original_language: str
    written_in: str

    @property
    def is_translated(self) -> bool:
        return bool(self.original)


def shown_here(today: date) -> Any:
    """Return the rows of the organisation's own page."""
    return Testimonial.objects.shown(today).filter(on_site=True).values(*_SHOWN)


def shown_elsewhere(today: date) -> Any:
    """Return the rows that other sites may show."""
    return Testimonial.objects.shown(today).filter(on_embed=True).values(*_SHOWN)


def cards(rows: Iterable[dict[str, Any]]) -> list[Card]:
    """Return rows as cards in the page's language: the author's words, or a person's translation of them."""
    return [_card(row, page_language()) for row in rows]


def _card(row: dict[str, Any], language: str) -> Card:
    other = row["language"] != language
    translated = other and bool(row["published_translation"])
    return Card(
        text=row["published_translation"] if translated else row["published_text"],
        language=language if translated else row["language"],
        name=row["published_name"],
        shared=month_words(day_of(row["published_at"])),
        tie=tie_words(row["published_tie"]),
        original=row["published_text"] if translated else "",
        original_language=row["language"],
        written_in=language_words(row["language"]) if other else "",
    )


@dataclass(frozen=True)
class Figures:
    """How many stories came, how many stand on the page, and why the others do not."""

    received: int
    shown: int
    not_shown: int
    reasons: dict[str, int]


def public_figures(*, shown: int) -> Figures:
    """Return the numbers of the page that shows so many."""
    row = StoryFigures.objects.first()
    counts = dict(row.counts) if row else {}
    received = sum(counts.values())
    # One whose time ended this morning is off the page before the count is made anew.
    gone = max(counts.pop(figures.SHOWN, 0) - shown, 0)
    if gone:
        counts["expired"] = counts.get("expired", 0) + gone
    return Figures(received, shown, sum(counts.values()), counts)


def page_address(base_url: str, organisation: Organisation) -> str:
    """Return the full address of the organisation's own page of stories."""
    return f"{base_url}/s/{organisation.slug}/stories/"

"""Reading stories, for each who may: the author, staff, the public."""

from advocacy.testimonials.queries.author import AuthorPage, author_page, authored, of_reader
from advocacy.testimonials.queries.parts import (
    Detail,
    Piece,
    consent_text,
    day_of,
    details,
    may_show,
    may_write,
    newest_consent,
    wording,
)
from advocacy.testimonials.queries.public import (
    Card,
    Figures,
    cards,
    page_address,
    public_figures,
    shown_elsewhere,
    shown_here,
)
from advocacy.testimonials.queries.staff import QUEUES, embed_keys, key_for, queue, staff_page, story_for

__all__ = [
    "QUEUES",
    "AuthorPage",
    "Card",
    "Detail",
    "Figures",
    "Piece",
    "author_page",
    "authored",
    "cards",
    "consent_text",
    "day_of",
    "details",
    "embed_keys",
    "key_for",
    "may_show",
    "may_write",
    "newest_consent",
    "of_reader",
    "page_address",
    "public_figures",
    "queue",
    "shown_elsewhere",
    "shown_here",
    "staff_page",
    "story_for",
    "wording",
]

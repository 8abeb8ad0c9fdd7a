"""What an author sees of their own story, in the portal."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from advocacy.testimonials import consents, lifecycle
from advocacy.testimonials.models import Consent, State, Testimonial, Version
from advocacy.testimonials.queries.parts import consent_text, newest_consent


class HasId(Protocol):
    """Whoever reads: the portal's reader, or a person."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True)
class AuthorPage:
    """One story as its author reads it."""

    story: Testimonial
    newest: Version
    original: Version
    consent: Consent | None
    consent_text: consents.ConsentText | None
    # What may be done now.
    may_edit: bool
    may_send: bool
    may_approve: bool
    may_withdraw: bool
    may_change_places: bool


def authored(reader: HasId, *, story_id: UUID) -> Testimonial:
    """Load one story of the reader's own.

    Raises: Testimonial.DoesNotExist.
    """
    return Testimonial.objects.select_related("case", "client", "author").get(
        pk=story_id, author_id=reader.id
    )


def of_reader(reader: HasId, *, client_id: UUID) -> list[Testimonial]:
    """Return the reader's own stories about one client, newest first."""
    return list(Testimonial.objects.filter(author_id=reader.id, client_id=client_id).order_by("-begun_at"))


def author_page(story: Testimonial) -> AuthorPage:
    """Return what the page of one story shows its author."""
    versions = list(Version.objects.filter(testimonial=story).order_by("number"))
    consent = newest_consent(story)
    return AuthorPage(
        story=story,
        newest=versions[-1],
        original=versions[0],
        consent=consent,
        consent_text=consent_text(consent) if consent else None,
        may_edit=story.state in lifecycle.AUTHOR_EDITS,
        may_send=story.state == State.DRAFT,
        may_approve=story.state == State.WITH_AUTHOR,
        may_withdraw=lifecycle.may_move(story.state, State.WITHDRAWN, who=lifecycle.AUTHOR),
        may_change_places=consent is not None and story.state not in lifecycle.ENDED,
    )

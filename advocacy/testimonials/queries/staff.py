"""What those who review stories see."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, AccessKeyKind
from advocacy.accounts.roles import Permission
from advocacy.testimonials import lifecycle
from advocacy.testimonials.models import Consent, State, Testimonial, Version
from advocacy.testimonials.queries.parts import Detail, Piece, details, newest_consent, parts_of, pieces
from cases.casefile.queries import visible_to

# The order in which a story goes; drafts are the author's own.
QUEUES: Final = (
    State.SUBMITTED,
    State.IN_REVIEW,
    State.WITH_AUTHOR,
    State.APPROVED,
    State.PUBLISHED,
    State.REJECTED,
    State.WITHDRAWN,
    State.EXPIRED,
)


@dataclass(frozen=True)
class StaffPage:
    """One story as a reviewer reads it."""

    story: Testimonial
    original: Version
    newest: Version
    versions: list[Version]
    consent: Consent | None
    parts: dict[str, list[Piece]]
    details: list[Detail]
    may: dict[str, bool]


def _sent(actor: Actor) -> Any:
    stories = Testimonial.objects.sent().filter(case__in=visible_to(actor))
    return stories.select_related("client", "case", "author")


def story_for(actor: Actor, *, story_id: UUID) -> Testimonial:
    """Load one story that was sent to us, of a visible case.

    Raises: Testimonial.DoesNotExist.
    """
    story: Testimonial = _sent(actor).get(pk=story_id)
    return story


def queue(actor: Actor, *, state: str) -> tuple[Any, dict[str, int]]:
    """Return the stories in a state, the longest waiting first, and how many are in each."""
    counted = _sent(actor).order_by().values_list("state").annotate(number=Count("pk"))
    newest_first = state in lifecycle.ENDED | {State.PUBLISHED}
    stories = _sent(actor).filter(state=state).order_by("-submitted_at" if newest_first else "submitted_at")
    return stories, {each: dict(counted).get(each, 0) for each in QUEUES}


def staff_page(story: Testimonial) -> StaffPage:
    """Return what the page of one story shows its reviewers."""
    versions = list(Version.objects.filter(testimonial=story).select_related("written_by").order_by("number"))
    found = details(story)
    marked = {
        part: list(pieces(text, [each.span for each in found if each.part == part]))
        for part, text in parts_of(story).items()
    }

    def may(to: str) -> bool:
        return lifecycle.may_move(story.state, to, who=lifecycle.STAFF)

    return StaffPage(
        story=story,
        original=versions[0],
        newest=versions[-1],
        versions=versions,
        consent=newest_consent(story),
        parts=marked,
        details=found,
        may={
            "read": story.state == State.SUBMITTED,
            "edit": story.state in lifecycle.STAFF_EDITS,
            "ask": may(State.WITH_AUTHOR),
            "show": may(State.PUBLISHED),
            "reject": may(State.REJECTED),
            "take_down": may(State.WITHDRAWN) and story.state == State.PUBLISHED,
        },
    )


def embed_keys(actor: Actor) -> list[AccessKey]:
    """Return the keys of other websites, the live ones first."""
    found = AccessKey.objects.filter(organisation=actor.organisation, kind=AccessKeyKind.EMBED)
    return sorted(found.order_by("-created_at"), key=lambda key: key.revoked_at is not None)


def key_for(actor: Actor, *, key_id: UUID) -> AccessKey:
    """Load one key of the organisation, for who may review stories: to others it does not exist.

    Raises: AccessKey.DoesNotExist.
    """
    if not actor.can(Permission.STORIES):
        raise AccessKey.DoesNotExist
    return AccessKey.objects.get(pk=key_id, organisation=actor.organisation, kind=AccessKeyKind.EMBED)

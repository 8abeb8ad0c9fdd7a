"""What the acts share: hold a story, word it, sign for it, move it, count it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from django.db.models import Max

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.testimonials import consents, figures, lifecycle, mails, queries, refusals
from advocacy.testimonials.models import Consent, StoryFigures, Testimonial, Version

_HOLDS: Final[dict[str, Callable[[Testimonial, datetime], bool]]] = {
    lifecycle.OUTCOME: lambda story, _: queries.may_write(story.case),
    lifecycle.CONSENT: lambda story, now: queries.may_show(story, on=queries.day_of(now)),
    lifecycle.APPROVAL: lambda story, _: story.is_approved,
    lifecycle.PRIVACY: lambda story, _: story.is_cleared,
    lifecycle.REASON: lambda story, _: bool(story.reason),
}
_REFUSED: Final[dict[str, type[refusals.Said]]] = {
    lifecycle.OUTCOME: refusals.NoOutcomeYet,
    lifecycle.CONSENT: refusals.NothingSigned,
    lifecycle.APPROVAL: refusals.NotApproved,
    lifecycle.PRIVACY: refusals.NotCleared,
    lifecycle.REASON: refusals.NoReason,
}


def held(story: Testimonial) -> Testimonial:
    """Return the story as it is now, held until the transaction ends: two people may press at once."""
    fresh: Testimonial = Testimonial.objects.select_for_update().get(pk=story.pk)
    return fresh


def own(story: Testimonial, by: User) -> Testimonial:
    """The same, for its author only.

    Raises: NotYours.
    """
    if story.author_id != by.pk:
        raise refusals.NotYours
    return held(story)


def word(story: Testimonial, *, text: str, translation: str, tie: str, by: User, now: datetime) -> None:
    """Add a wording; the ones before stay.

    Raises: NoWords.
    """
    if not text.strip():
        raise refusals.NoWords
    story.newest += 1
    Version.objects.create(
        client_id=story.client_id, testimonial=story, number=story.newest, text=text.strip(),
        translation=translation.strip(), tie=tie, written_at=now, written_by=by,
    )  # fmt: skip


def sign(
    story: Testimonial,
    *,
    on_site: bool,
    on_embed: bool,
    name_choice: str,
    name: str,
    until: date,
    text_version: str,
    text_language: str,
    capacity: str,
    by: User,
    now: datetime,
) -> None:
    """Add a signed permission, which holds from now on, and tell its author.

    Raises: NoSuchText.
    """
    if text_version != consents.newest() or not consents.knows(text_version, text_language):
        raise refusals.NoSuchText
    number = Consent.objects.filter(testimonial=story).aggregate(last=Max("number"))["last"] or 0
    Consent.objects.create(
        client_id=story.client_id, testimonial=story, number=number + 1, on_site=on_site, on_embed=on_embed,
        text_version=text_version, text_language=text_language, name_choice=name_choice, shown_name=name,
        signed_by=by, capacity=capacity, signed_at=now, expires_on=until,
    )  # fmt: skip
    story.on_site, story.on_embed, story.expires_on = on_site, on_embed, until
    mails.tell(by, mails.SIGNED, now=now)


def move(story: Testimonial, to: str, *, who: str, act: str, by: User | None, now: datetime) -> Testimonial:
    """Make a move of the table, if what it needs is there; count it and record it.

    Raises: NotNow, and what `_REFUSED` says of each need.
    """
    if not lifecycle.may_move(story.state, to, who=who):
        raise refusals.NotNow
    holds = {need for need in lifecycle.MOVES[story.state, to].needs if _HOLDS[need](story, now)}
    for need in lifecycle.missing(story.state, to, holds=holds):
        raise _REFUSED[need]
    before = heading(story)
    story.state = to
    if to == lifecycle.SUBMITTED:
        story.submitted_at = now
    if to in lifecycle.ENDED:
        story.ended_at = now
        # Out of the public's reach at once; every wording stays in its version.
        story.published_text = story.published_translation = story.published_name = ""
    keep(story, act=act, by=by, now=now)
    count(before, heading(story))
    return story


def keep(story: Testimonial, *, act: str, by: User | None, now: datetime) -> None:
    """Save the story and record the act."""
    story.save()
    audit.record(act=act, at=now, actor_id=by.pk if by else None, client_id=story.client_id, subject=story)


def heading(story: Testimonial) -> str | None:
    """Return the heading of the public count that the story falls under."""
    sent = story.submitted_at is not None
    return figures.heading_of(state=story.state, sent=sent, on_site=story.on_site, reason=story.reason)


def figures_row() -> StoryFigures:
    """Return the count's one row, held until the transaction ends."""
    row, _ = StoryFigures.objects.get_or_create()
    fresh: StoryFigures = StoryFigures.objects.select_for_update().get(pk=row.pk)
    return fresh


def count(before: str | None, after: str | None) -> None:
    """Let the public count follow one story from heading to heading."""
    if before != after:
        row = figures_row()
        row.counts = figures.moved(row.counts, before, after)
        row.save()

"""What staff do: read, look for personal details, propose words, ask the author, show or not show."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.testimonials import lifecycle, mails, queries, refusals
from advocacy.testimonials.models import State, Testimonial
from advocacy.testimonials.services.parts import held, keep, move, word


@transaction.atomic
def start_review(*, story: Testimonial, by: User, now: datetime) -> Testimonial:
    """Begin to read a story.

    Raises: NotNow.
    """
    return move(held(story), State.IN_REVIEW, who=lifecycle.STAFF, act="story review begun", by=by, now=now)


@transaction.atomic
def edit_wording(
    *, story: Testimonial, number: int, text: str, translation: str, tie: str, by: User, now: datetime
) -> Testimonial:
    """Write other words, as a new wording: it is looked through again, and the author is asked again.

    Raises: NotNow, WordsChanged, SameWords, NoWords.
    """
    story = _being_reviewed(story, number)
    last = queries.wording(story, number)
    if (text.strip(), translation.strip(), tie) == (last.text, last.translation, last.tie):
        raise refusals.SameWords
    word(story, text=text, translation=translation, tie=tie, by=by, now=now)
    if story.state != State.IN_REVIEW:
        return move(story, State.IN_REVIEW, who=lifecycle.STAFF, act="story edited", by=by, now=now)
    keep(story, act="story edited", by=by, now=now)
    return story


@transaction.atomic
def clear_privacy(
    *, story: Testimonial, number: int, cleared: Collection[str], by: User, now: datetime
) -> Testimonial:
    """Record that somebody looked at every personal detail of this wording, and that each may stand.

    Raises: NotNow, WordsChanged, NotCleared.
    """
    story = _being_reviewed(story, number)
    if not {detail.key for detail in queries.details(story)} <= set(cleared):
        raise refusals.NotCleared
    story.cleared = number
    keep(story, act="story privacy checked", by=by, now=now)
    return story


@transaction.atomic
def ask_author(*, story: Testimonial, by: User, now: datetime) -> Testimonial:
    """Send the wording to its author, for a yes or for other words.

    Raises: NotNow, NotCleared.
    """
    story = move(held(story), State.WITH_AUTHOR, who=lifecycle.STAFF, act="story to author", by=by, now=now)
    mails.tell(story.author, mails.ASKED, now=now)
    return story


@transaction.atomic
def reject(*, story: Testimonial, reason: str, by: User, now: datetime) -> Testimonial:
    """Decide not to show a story, for a reason from the list.

    Raises: NotNow, NoReason.
    """
    story = held(story)
    story.reason = reason
    story = move(story, State.REJECTED, who=lifecycle.STAFF, act="story not shown", by=by, now=now)
    mails.tell(story.author, mails.NOT_SHOWN, now=now)
    return story


@transaction.atomic
def publish(*, story: Testimonial, by: User, now: datetime) -> Testimonial:
    """Show a story where its author lets it be shown.

    Raises: NotNow, NothingSigned, NotApproved, NotCleared.
    """
    story = held(story)
    wording, consent = queries.wording(story, story.newest), queries.newest_consent(story)
    # The public's door opens to this row alone, so the words are copied into it.
    story.published_text, story.published_translation = wording.text, wording.translation
    story.published_name, story.published_tie = consent.shown_name if consent else "", wording.tie
    story.published_at = now
    story = move(story, State.PUBLISHED, who=lifecycle.STAFF, act="story shown", by=by, now=now)
    mails.tell(story.author, mails.SHOWN, now=now)
    return story


def _being_reviewed(story: Testimonial, number: int) -> Testimonial:
    story = held(story)
    if story.state not in lifecycle.STAFF_EDITS:
        raise refusals.NotNow
    if number != story.newest:
        raise refusals.WordsChanged
    return story

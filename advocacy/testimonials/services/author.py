"""What an author does: write, sign and send, say yes, choose where it is shown."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from advocacy.accounts.models import User
from advocacy.testimonials import lifecycle, queries, refusals
from advocacy.testimonials.models import State, Testimonial, Tie
from advocacy.testimonials.names import shown_name
from advocacy.testimonials.services.ends import withdraw
from advocacy.testimonials.services.parts import count, heading, keep, move, own, sign, word
from cases.casefile.models import Case


def write(
    *, case: Case, text: str, language: str, tie: str = Tie.NONE, by: User, now: datetime
) -> Testimonial:
    """Begin a story, write its draft anew, or answer our question with other words.

    Raises: NoOutcomeYet, NoWords, NotNow.
    """
    if not queries.may_write(case):
        raise refusals.NoOutcomeYet
    try:
        with transaction.atomic():
            return _write(case, text=text, language=language, tie=tie, by=by, now=now)
    except IntegrityError as error:
        # A second window of the same author was quicker.
        raise refusals.NotNow from error


def _write(case: Case, *, text: str, language: str, tie: str, by: User, now: datetime) -> Testimonial:
    story = Testimonial.objects.under_way().filter(case=case, author=by).select_for_update().first()
    if story is None:
        story = Testimonial(client_id=case.client_id, case=case, author=by, begun_at=now, language=language)
        story.save()
    elif story.state not in lifecycle.AUTHOR_EDITS:
        raise refusals.NotNow
    word(story, text=text, translation="", tie=tie, by=by, now=now)
    # What an author wrote themselves, they have said yes to.
    story.language, story.approved = language, story.newest
    if story.state == State.WITH_AUTHOR:
        return move(story, State.IN_REVIEW, who=lifecycle.AUTHOR, act="story answered", by=by, now=now)
    keep(story, act="story written", by=by, now=now)
    return story


@transaction.atomic
def submit(
    *,
    story: Testimonial,
    on_site: bool,
    on_embed: bool,
    name_choice: str,
    name_words: str,
    years: int,
    text_version: str,
    text_language: str,
    capacity: str,
    by: User,
    now: datetime,
) -> Testimonial:
    """Sign the permission and send the story in; a mail tells that there is a permission to read.

    Raises: NotYours, NotNow, NothingTicked, NoName, NoSuchText, NoOutcomeYet.
    """
    story = own(story, by)
    if story.state != State.DRAFT:
        raise refusals.NotNow
    if not (on_site or on_embed):
        raise refusals.NothingTicked
    name = shown_name(name_choice, full_name=by.name, words=name_words)
    if not name:
        raise refusals.NoName
    sign(
        story, on_site=on_site, on_embed=on_embed, name_choice=name_choice, name=name,
        until=_in_years(queries.day_of(now), years), text_version=text_version, text_language=text_language,
        capacity=capacity, by=by, now=now,
    )  # fmt: skip
    return move(story, State.SUBMITTED, who=lifecycle.AUTHOR, act="story sent", by=by, now=now)


@transaction.atomic
def approve_wording(*, story: Testimonial, number: int, by: User, now: datetime) -> Testimonial:
    """Record the author's yes to exactly this wording.

    Raises: NotYours, WordsChanged, NotNow.
    """
    story = own(story, by)
    if number != story.newest:
        raise refusals.WordsChanged
    story.approved = number
    return move(story, State.APPROVED, who=lifecycle.AUTHOR, act="story approved", by=by, now=now)


@transaction.atomic
def change_surfaces(
    *,
    story: Testimonial,
    on_site: bool,
    on_embed: bool,
    text_version: str,
    text_language: str,
    capacity: str,
    by: User,
    now: datetime,
) -> Testimonial:
    """Sign anew where the story may be shown; with no place left, a story that is shown is taken down.

    Raises: NotYours, NotNow, NoSuchText.
    """
    story = own(story, by)
    last = queries.newest_consent(story)
    if last is None or story.state in lifecycle.ENDED:
        raise refusals.NotNow
    if story.state == State.PUBLISHED and not (on_site or on_embed):
        return withdraw(story=story, by=by, now=now)
    before = heading(story)
    sign(
        story, on_site=on_site, on_embed=on_embed, name_choice=last.name_choice, name=last.shown_name,
        until=last.expires_on, text_version=text_version, text_language=text_language, capacity=capacity,
        by=by, now=now,
    )  # fmt: skip
    keep(story, act="story places changed", by=by, now=now)
    count(before, heading(story))
    return story


def _in_years(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)

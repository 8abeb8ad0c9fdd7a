"""How a story goes: taken down by a person, or by the clock."""

from datetime import datetime

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.testimonials import figures, lifecycle, mails, queries
from advocacy.testimonials.models import State, Testimonial
from advocacy.testimonials.services.parts import figures_row, heading, held, move


@transaction.atomic
def withdraw(*, story: Testimonial, by: User, now: datetime) -> Testimonial:
    """Take a story down at once. Whoever sees it in the portal may, and so may staff.

    Raises: NotNow.
    """
    story = held(story)
    who = lifecycle.AUTHOR if story.author_id == by.pk else lifecycle.STAFF
    story = move(story, State.WITHDRAWN, who=who, act="story taken down", by=by, now=now)
    if who == lifecycle.STAFF:
        mails.tell(story.author, mails.TAKEN_DOWN, now=now)
    return story


@transaction.atomic
def expire_due(*, now: datetime) -> int:
    """Take down what its author let us show until today, and count anew; return how many went."""
    due = Testimonial.objects.filter(state=State.PUBLISHED, expires_on__lte=queries.day_of(now))
    stories = list(due.select_for_update(skip_locked=True))
    for story in stories:
        move(story, State.EXPIRED, who=lifecycle.CLOCK, act="story expired", by=None, now=now)
    recount()
    return len(stories)


@transaction.atomic
def recount() -> None:
    """Make the public count say what the rows say."""
    row = figures_row()
    counts: dict[str, int] = {}
    for story in Testimonial.objects.exclude(submitted_at=None):
        counts = figures.moved(counts, None, heading(story))
    if counts != row.counts:
        row.counts = counts
        row.save()

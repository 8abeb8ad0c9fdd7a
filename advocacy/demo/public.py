"""What the demo's public doors show: stories in each state, an article with answers, a request that waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from advocacy.accounts.models import AccessKey, User
from advocacy.demo.cast import address
from advocacy.library import services as library
from advocacy.organisations.models import Organisation
from advocacy.testimonials import consents
from advocacy.testimonials import queries as story_queries
from advocacy.testimonials import services as stories
from advocacy.testimonials.models import Testimonial
from cases.casefile.models import Case
from cases.clients import services as clients
from cases.intake import services as intake

ARTICLE_BODY: Final = """# What the letter must say

A plan that says no must write to you. The letter must give the reason, and it must say how to complain.

# What you can do

- Keep the letter and the envelope. The day it came matters.
- Write down who you talk to at the plan, and when.
- Complain to the plan. That is called a grievance. You have at least 180 days.
- When the plan says no again, or does not answer in 30 days, the state can look at it. It is free.

# Who helps you

You can do this alone, and you do not have to. Call us, or ask for help on this site.
"""


@dataclass(frozen=True)
class Told:
    """One invented story: whose case, who tells it, and how far it went."""

    family_name: str
    sign_in: str
    name: str
    capacity: str
    language: str
    text: str
    reaches: str


STORIES: Final = (
    Told("Delgado", "ines", "Inés Delgado", "parent", "es",
         "No sabía qué hacer con la carta. Me explicaron cada paso y contestaron siempre.", "published"),
    Told("Baptiste", "jean", "Jean Baptiste", "self", "en",
         "The plan took its time, and so did the answer. But somebody called me every week.", "published"),
    Told("Nguyen", "paul", "Paul Nguyen", "self", "en",
         "They were honest that it could fail. It did not. I wish it had been faster.", "submitted"),
    Told("Delgado", "ruben", "Rubén Delgado", "representative", "es",
         "Nos ayudaron en español desde el primer día.", "with_author"),
    Told("Baptiste", "marie", "Marie Baptiste", "representative", "en",
         "I would like others to know that you can say no to a no.", "withdrawn"),
    Told("Nguyen", "thu", "Thu Nguyen", "representative", "en",
         "Thank you for the soup recipe.", "rejected"),
    Told("Delgado", "lucia", "Lucía Delgado", "representative", "es",
         "Todavía estoy buscando las palabras.", "draft"),
    Told("Baptiste", "andre", "André Baptiste", "representative", "en",
         "They told us what would happen next, and then it did.", "in_review"),
    Told("Nguyen", "mai", "Mai Nguyen", "representative", "en",
         "A person picked up the phone. That alone was new.", "approved"),
    Told("Delgado", "pilar", "Pilar Delgado", "representative", "es",
         "Gracias a todos.", "expired"),
)  # fmt: skip


def tell_stories(*, by: User, now: datetime) -> None:
    """Write the stories, each as far as it went."""
    for told in STORIES:
        case = Case.objects.select_related("client").get(client__family_name=told.family_name)
        author = _invite(told, case, by, now)
        # A year of permission that began two years ago is over.
        told_at = now - timedelta(days=800) if told.reaches == "expired" else now
        story = stories.write(case=case, text=told.text, language=told.language, by=author, now=told_at)
        if told.reaches != "draft":
            _carry(story, told, author, by, told_at)
    stories.expire_due(now=now)


def _invite(told: Told, case: Case, by: User, now: datetime) -> User:
    access, _ = clients.invite_to_portal(
        client=case.client,
        name=told.name,
        email=address(told.sign_in),
        capacity=told.capacity,
        language=told.language,
        by=by,
        now=now - timedelta(days=30),
    )
    key = AccessKey.objects.get(subject_id=access.pk)
    clients.accept_invitation(key=key, user=access.user, now=now - timedelta(days=29))
    User.objects.filter(pk=access.user_id).update(is_demo=True)
    return access.user


def _carry(story: Testimonial, told: Told, author: User, by: User, now: datetime) -> None:
    version = consents.newest()
    story = stories.submit(
        story=story,
        on_site=True,
        on_embed=True,
        name_choice="first",
        name_words="",
        years=1 if told.reaches == "expired" else 2,
        text_version=version,
        text_language=told.language,
        capacity=told.capacity,
        by=author,
        now=now,
    )
    ends: dict[str, Callable[[], object]] = {
        "submitted": lambda: None,
        "withdrawn": lambda: stories.withdraw(story=story, by=author, now=now),
        "rejected": lambda: stories.reject(
            story=stories.start_review(story=story, by=by, now=now), reason="not_our_help", by=by, now=now
        ),
        "with_author": lambda: stories.ask_author(
            story=_reviewed(story, by, now, edited=True), by=by, now=now
        ),
        "in_review": lambda: stories.start_review(story=story, by=by, now=now),
        "approved": lambda: _agreed(_reviewed(story, by, now, edited=True), author, by, now),
        "published": lambda: stories.publish(story=_reviewed(story, by, now), by=by, now=now),
        "expired": lambda: stories.publish(story=_reviewed(story, by, now), by=by, now=now),
    }
    ends[told.reaches]()


def _agreed(story: Testimonial, author: User, by: User, now: datetime) -> Testimonial:
    """The author said yes to the words that staff proposed."""
    asked = stories.ask_author(story=story, by=by, now=now)
    return stories.approve_wording(story=asked, number=asked.newest, by=author, now=now)


def _reviewed(story: Testimonial, by: User, now: datetime, *, edited: bool = False) -> Testimonial:
    story = stories.start_review(story=story, by=by, now=now)
    if edited:
        words = story_queries.wording(story, story.newest)
        story = stories.edit_wording(
            story=story,
            number=story.newest,
            text=f"{words.text} Gracias.",
            translation="They helped us in Spanish from the first day. Thank you.",
            tie=words.tie,
            by=by,
            now=now,
        )
    cleared = [detail.key for detail in story_queries.details(story)]
    return stories.clear_privacy(story=story, number=story.newest, cleared=cleared, by=by, now=now)


def write_article(*, by: User, now: datetime) -> None:
    """Publish one article with two answered questions, and one that waits for a person to read it."""
    article = library.create_article(
        title="The plan said no. What now?",
        summary="What the letter must say, what you can do, and who helps you.",
        body=ARTICLE_BODY,
        language="en",
        by=by,
        now=now,
        slug="plan-said-no",
    )
    library.publish_article(article=article, by=by, now=now)
    for text, answer in (
        (
            "Does it cost anything when the state looks at it?",
            "No. The review by the state is free, for everybody.",
        ),
        (
            "What if the plan never answers?",
            "Then you do not have to wait longer than 30 days. After that the state may look at it.",
        ),
    ):
        question = library.ask_question(article=article, shown_name="A reader", text=text, now=now)
        library.answer_question(
            question=question, text=text, answer=answer, by=by, now=now, shown_name="A reader", cleared=True
        )
    library.ask_question(article=article, shown_name="", text="Can a friend sign the form for me?", now=now)


def ask_for_help(*, organisation: Organisation, now: datetime) -> None:
    """Leave one request in triage."""
    intake.request_help(
        organisation=organisation,
        name="Yolanda Prieto",
        phone="(510) 555-0188",
        email="",
        contact="call_only",
        best_time="evening",
        language="es",
        plan_name="Golden Bay HMO",
        refused="a scan of the back",
        urgent=False,
        letter_came_on=None,
        now=now - timedelta(hours=3),
    )

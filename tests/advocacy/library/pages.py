"""Pages of the library and their questions, built as people build them."""

from datetime import datetime
from typing import Any

from advocacy.accounts.models import User
from advocacy.library import services
from advocacy.library.models import Article, Question
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope

BODY = """A no is not the end.

# First, ask the plan to look again

This is called a grievance.
You can call, write, or use their page.

- Keep the letter.
- Keep the envelope.

1. Write down the date.
2. Call us.
"""


def make_article(organisation: Organisation, *, by: User, now: datetime, **fields: Any) -> Article:
    """A draft."""
    words = {
        "title": "My plan said no. What can I do?",
        "summary": "You can ask twice.",
        "body": BODY,
        "language": "en",
        "slug": "my-plan-said-no",
    }
    with scope(organisation.pk, door=Door.STAFF):
        return services.create_article(**(words | fields), by=by, now=now)


def make_published(organisation: Organisation, *, by: User, now: datetime, **fields: Any) -> Article:
    article = make_article(organisation, by=by, now=now, **fields)
    with scope(organisation.pk, door=Door.STAFF):
        services.publish_article(article=article, by=by, now=now)
    return article


def make_question(article: Article, *, now: datetime, **fields: Any) -> Question:
    """Ask by the public door, as a reader does."""
    words = {"shown_name": "a parent", "text": "Does my doctor have to file it for me?"} | fields
    with scope(article.organisation_id, door=Door.PUBLIC):
        return services.ask_question(article=article, **words, now=now)


def make_shown(article: Article, *, by: User, now: datetime, **fields: Any) -> Question:
    question = make_question(article, now=now)
    said = {"text": question.text, "shown_name": "a parent", "answer": "No. You can do it."} | fields
    with scope(article.organisation_id, door=Door.STAFF):
        services.answer_question(question=question, **said, by=by, now=now)
    return question

"""What the public reads, and what waits for a person here."""

from uuid import UUID

from advocacy.accounts.doors import Actor
from advocacy.library.models import Article, Question, QuestionState


def shelf(language: str) -> list[Article]:
    """Return the published pages by title, each once: in the language wanted, else in the one there is."""
    found: dict[str, Article] = {}
    for article in Article.objects.published().order_by("published_at"):
        if article.language == language or article.slug not in found:
            found[article.slug] = article
    return sorted(found.values(), key=lambda article: article.title.casefold())


def published_article(slug: str, language: str) -> Article:
    """Load one published page, in the language wanted where it exists.

    Raises: Article.DoesNotExist.
    """
    versions = {
        article.language: article
        for article in Article.objects.published().filter(slug=slug).select_related("checked_by")
    }
    if not versions:
        raise Article.DoesNotExist
    return versions.get(language) or next(iter(versions.values()))


def shown_questions(article: Article) -> list[Question]:
    """Return the approved questions of a page with their answers, newest first."""
    shown = Question.objects.published().filter(article=article)
    return list(shown.select_related("answered_by").order_by("-answered_at"))


def articles() -> list[Article]:
    """Return every page, drafts too, newest first."""
    return list(Article.objects.select_related("written_by", "checked_by").order_by("-written_at"))


def article_for(_actor: Actor, *, article_id: UUID) -> Article:
    """Load one page; everybody who works here sees all of them.

    Raises: Article.DoesNotExist.
    """
    return Article.objects.select_related("written_by", "checked_by").get(pk=article_id)


def questions(state: str) -> list[Question]:
    """Return the questions in one state: those that wait oldest first, the others newest first."""
    order = "asked_at" if state == QuestionState.WAITING else "-asked_at"
    found = Question.objects.filter(state=state).select_related("article", "answered_by", "declined_by")
    return list(found.order_by(order)[:200])


def question_for(_actor: Actor, *, question_id: UUID) -> Question:
    """Load one question.

    Raises: Question.DoesNotExist.
    """
    return Question.objects.select_related("article", "answered_by", "declined_by").get(pk=question_id)


def waiting_questions() -> int:
    """Return how many questions nobody has answered or declined yet."""
    return Question.objects.waiting().count()

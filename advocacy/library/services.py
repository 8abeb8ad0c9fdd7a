"""Acts on the library: write, publish, ask, answer, decline."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.library import privacy_check
from advocacy.library.models import Article, ArticleState, Question, QuestionState


class AddressTaken(Refusal):
    words = "There is a page with this address in this language. Choose another"
    field = "slug"


class NoAddress(Refusal):
    words = "Write an address in plain letters, like my-plan-said-no"
    field = "slug"


class NotCleared(Refusal):
    words = "Look at each marked word. Take it out, or say that it tells nobody who this is"
    field = "cleared"


class AlreadyDealtWith(Refusal):
    words = "Somebody has dealt with this question already. Open it again to see how"


def create_article(
    *, title: str, summary: str, body: str, language: str, by: User, now: datetime, slug: str = ""
) -> Article:
    """Write a page as a draft. The same `slug` in two languages is one page, translated.

    Raises: AddressTaken, NoAddress.
    """
    slug = slugify(slug or title)[:80].strip("-")
    if not slug:
        raise NoAddress
    try:
        with transaction.atomic():
            article: Article = Article.objects.create(
                slug=slug,
                language=language,
                title=title.strip(),
                summary=summary.strip(),
                body=body.strip(),
                written_at=now,
                written_by=by,
            )
            audit.record(act="article written", at=now, actor_id=by.pk, subject=article)
    except IntegrityError as error:
        raise AddressTaken from error
    return article


@transaction.atomic
def change_article(*, article: Article, title: str, summary: str, body: str, by: User, now: datetime) -> None:
    """Replace the words. On a published page they show at once, and whoever wrote them has checked them."""
    article.title, article.summary, article.body = title.strip(), summary.strip(), body.strip()
    if article.state == ArticleState.PUBLISHED:
        _check(article, by, now)
    article.save(update_fields=["title", "summary", "body", "checked_by", "checked_on"])
    audit.record(act="article changed", at=now, actor_id=by.pk, subject=article)


@transaction.atomic
def publish_article(*, article: Article, by: User, now: datetime) -> None:
    """Show the page to everybody, as checked today by this person."""
    _check(article, by, now)
    article.state, article.published_at = ArticleState.PUBLISHED, now
    article.save(update_fields=["state", "published_at", "checked_by", "checked_on"])
    audit.record(act="article published", at=now, actor_id=by.pk, subject=article)


@transaction.atomic
def withdraw_article(*, article: Article, by: User, now: datetime) -> None:
    """Take the page, and the questions under it, out of sight; it becomes a draft again."""
    article.state = ArticleState.DRAFT
    article.save(update_fields=["state"])
    audit.record(act="article withdrawn", at=now, actor_id=by.pk, subject=article)


def _check(article: Article, by: User, now: datetime) -> None:
    article.checked_by, article.checked_on = by, clock.day(now, article.organisation.zone)


@transaction.atomic
def ask_question(*, article: Article, shown_name: str, text: str, now: datetime) -> Question:
    """Take a reader's question in; nobody outside sees it before it is approved."""
    question: Question = Question.objects.create(
        article=article, shown_name=shown_name.strip(), text=text.strip(), asked_at=now
    )
    audit.record(act="question asked", at=now, actor_id=None, subject=question)
    return question


@transaction.atomic
def answer_question(
    *,
    question: Question,
    text: str,
    answer: str,
    by: User,
    now: datetime,
    shown_name: str = "",
    cleared: bool = False,
) -> None:
    """Show a question with its answer. `text` replaces what was asked: what was taken out is not kept.

    Raises: NotCleared (a word may tell who this is, and nobody said that it does not), AlreadyDealtWith.
    """
    text, shown_name = text.strip(), shown_name.strip()
    if not cleared and (privacy_check.find(text) or privacy_check.find(shown_name)):
        raise NotCleared
    question = _claim(question, QuestionState.WAITING)
    question.text, question.shown_name, question.answer = text, shown_name, answer.strip()
    question.state, question.answered_at, question.answered_by = QuestionState.PUBLISHED, now, by
    question.save(update_fields=["text", "shown_name", "answer", "state", "answered_at", "answered_by"])
    audit.record(act="question published", at=now, actor_id=by.pk, subject=question)


@transaction.atomic
def decline_question(*, question: Question, reason: str, by: User, now: datetime) -> None:
    """Keep a question from the page, or take it down again, for a reason from the list.

    Raises: AlreadyDealtWith.
    """
    question = _claim(question, QuestionState.WAITING, QuestionState.PUBLISHED)
    question.state, question.decline_reason = QuestionState.DECLINED, reason
    question.declined_at, question.declined_by = now, by
    question.save(update_fields=["state", "decline_reason", "declined_at", "declined_by"])
    audit.record(act="question declined", at=now, actor_id=by.pk, subject=question)


def _claim(question: Question, *states: str) -> Question:
    """Lock the row if it is still in one of the states: of two people at once, one goes first."""
    found: Question | None = (
        Question.objects.select_for_update().filter(pk=question.pk, state__in=states).first()
    )
    if found is None:
        raise AlreadyDealtWith
    return found

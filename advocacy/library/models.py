"""Articles for the public, and the questions people ask about them."""

from typing import Self

from django.db import models
from django.db.models import Q

from advocacy.accounts.models import User
from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.models import ScopedManager, TenantModel

QUESTION_LENGTH = 600


class Language(models.TextChoices):
    """The languages of the public pages, each by its own name."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class ArticleState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        return self.filter(state=ArticleState.PUBLISHED)


class Article(TenantModel):
    """One page of the library in one language. The same slug in another language is the same page."""

    slug = models.SlugField(max_length=80, db_index=False)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    # Plain text with the marks of `library.markup`.
    body = models.TextField(max_length=20_000)
    state = models.CharField(max_length=10, choices=ArticleState, default=ArticleState.DRAFT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    # Who last read it against its sources, and when: readers are shown both.
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    objects = ScopedManager.from_queryset(ArticleQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "article"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "language", "slug"], name="article_once"),
            models.CheckConstraint(
                name="article_published_when_checked",
                condition=Q(state=ArticleState.DRAFT)
                | Q(published_at__isnull=False, checked_on__isnull=False, checked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="article_checked_on_and_by_together",
                condition=Q(checked_on=None, checked_by=None)
                | Q(checked_on__isnull=False, checked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    PUBLISHED = "published", "Shown"
    DECLINED = "declined", "Not shown"


class QuestionDecline(models.TextChoices):
    PERSONAL = "personal", "It tells too much about a person"
    ANSWERED = "answered", "The page answers it already"
    ONE_CASE = "one_case", "It is about one case: they need a person, not a page"
    OFF_TOPIC = "off_topic", "It is about something else"
    SPAM = "spam", "Not a real question"


class QuestionQuerySet(models.QuerySet["Question"]):
    def waiting(self) -> Self:
        return self.filter(state=QuestionState.WAITING)

    def published(self) -> Self:
        return self.filter(state=QuestionState.PUBLISHED)


class Question(TenantModel):
    """A reader's question. Nobody outside sees it before a person here has read and answered it."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="questions")
    shown_name = models.CharField(max_length=40, blank=True)
    # As asked, it may tell of somebody's health; as approved, it no longer does.
    text = EncryptedTextField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.WAITING)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    decline_reason = models.CharField(max_length=20, choices=QuestionDecline, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    objects = ScopedManager.from_queryset(QuestionQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "question"
        constraints = [
            models.CheckConstraint(
                name="question_answered_at_and_by_together",
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="question_shown_with_an_answer",
                condition=~Q(state=QuestionState.PUBLISHED) | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="question_declined_for_a_reason",
                condition=Q(
                    state=QuestionState.DECLINED, declined_at__isnull=False, declined_by__isnull=False
                )
                & ~Q(decline_reason="")
                | (
                    ~Q(state=QuestionState.DECLINED)
                    & Q(declined_at=None, declined_by=None, decline_reason="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "article", "state"], name="question_of_article"),
            models.Index(fields=["organisation", "state", "-asked_at"], name="question_by_state"),
        ]

    def __str__(self) -> str:
        return f"question of {self.asked_at:%Y-%m-%d %H:%M}"

"""A client's story: its wordings, the permissions its author signed, and what the public may see of it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.models import User
from advocacy.organisations.models import ScopedManager, TenantModel
from advocacy.testimonials import lifecycle
from cases.casefile.models import Case
from cases.clients.models import Capacity, Client


class State(models.TextChoices):
    DRAFT = lifecycle.DRAFT, _("Not sent yet")
    SUBMITTED = lifecycle.SUBMITTED, _("Sent to us")
    IN_REVIEW = lifecycle.IN_REVIEW, _("Being read")
    WITH_AUTHOR = lifecycle.WITH_AUTHOR, _("Waiting for the author's yes")
    APPROVED = lifecycle.APPROVED, _("Ready to show")
    PUBLISHED = lifecycle.PUBLISHED, _("Shown")
    REJECTED = lifecycle.REJECTED, _("Not shown")
    WITHDRAWN = lifecycle.WITHDRAWN, _("Taken down")
    EXPIRED = lifecycle.EXPIRED, _("Its time is over")


class Reason(models.TextChoices):
    """Why a story is not shown. What it says of us is never a reason."""

    HEALTH_DETAIL = "health_detail", _("It tells too much about somebody's health")
    NAMES_OTHERS = "names_others", _("It names other people")
    NOT_OUR_HELP = "not_our_help", _("It is not about help from us")
    TWICE = "twice", _("It is here already")
    NO_ANSWER = "no_answer", _("The author did not answer our question")
    NOT_CONFIRMED = "not_confirmed", _("We could not confirm who wrote it")


class StoryLanguage(models.TextChoices):
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")


class Tie(models.TextChoices):
    """What joins the author to the organisation; it stands on the card."""

    NONE = "", _("No other tie")
    VOLUNTEER = "volunteer", _("I volunteer there")
    WORKS = "works", _("I work there, or did")
    FAMILY = "family", _("Somebody in my family works there")
    BOARD = "board", _("I am on its board")


class NameChoice(models.TextChoices):
    """How the author wants to be named."""

    FULL = "full", _("My full name")
    FIRST = "first", _("My first name")
    INITIALS = "initials", _("My initials")
    WORDS = "words", _("Words of my own, like “A parent in Fresno”")


_NOT_UNDER_WAY = sorted(lifecycle.ENDED | {lifecycle.PUBLISHED})


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    def shown(self, today: date) -> Self:
        """What may be seen on this day, newest first."""
        return self.filter(state=State.PUBLISHED, expires_on__gt=today).order_by("-published_at", "-pk")

    def under_way(self) -> Self:
        """Begun, and neither shown nor at an end: an author has at most one of these for a case."""
        return self.exclude(state__in=_NOT_UNDER_WAY)

    def sent(self) -> Self:
        """What an author has sent us; a draft is nobody else's business."""
        return self.exclude(submitted_at=None)


class Testimonial(TenantModel):
    """One story. The public door needs this row alone: what it may show is copied here when it is shown."""

    # Not a test, whatever pytest makes of the name.
    __test__ = False

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=2, choices=StoryLanguage)
    # Numbers of wordings: the newest, the one the author said yes to, the one looked through for privacy.
    newest = models.PositiveSmallIntegerField(default=0)
    approved = models.PositiveSmallIntegerField(null=True)
    cleared = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    # As the newest permission says.
    on_site = models.BooleanField(default=False)
    on_embed = models.BooleanField(default=False)
    expires_on = models.DateField(null=True)
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_text = models.TextField(blank=True)
    published_translation = models.TextField(blank=True)
    published_name = models.CharField(max_length=160, blank=True)
    published_tie = models.CharField(max_length=12, choices=Tie, blank=True)

    objects = ScopedManager.from_queryset(TestimonialQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "testimonial"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "case", "author"],
                condition=~Q(state__in=_NOT_UNDER_WAY),
                name="testimonial_one_at_a_time",
            ),
            models.CheckConstraint(
                # Whatever the code does: only what is published has words for the public.
                name="testimonial_words_only_while_shown",
                condition=(Q(state=lifecycle.PUBLISHED) & ~Q(published_text="") & ~Q(published_name=""))
                | (
                    ~Q(state=lifecycle.PUBLISHED)
                    & Q(published_text="", published_translation="", published_name="")
                ),
            ),
            models.CheckConstraint(
                name="testimonial_shown_as_approved_and_cleared",
                condition=~Q(state=lifecycle.PUBLISHED)
                | (Q(approved=F("newest"), cleared=F("newest"), expires_on__isnull=False)
                   & (Q(on_site=True) | Q(on_embed=True))),
            ),
            models.CheckConstraint(
                name="testimonial_reason_when_rejected",
                condition=(Q(state=lifecycle.REJECTED) & ~Q(reason=""))
                | (~Q(state=lifecycle.REJECTED) & Q(reason="")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "state", "-published_at"], name="testimonial_by_state"),
            models.Index(fields=["organisation", "client"], name="testimonial_of_client"),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def is_cleared(self) -> bool:
        """True if somebody looked through exactly the newest wording."""
        return self.cleared == self.newest

    @property
    def is_approved(self) -> bool:
        """True if the author said yes to exactly the newest wording."""
        return self.approved == self.newest


class Version(TenantModel):
    """One wording of a story. None is ever changed: the first one stays what the author wrote."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    testimonial = models.ForeignKey(Testimonial, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=3000)
    # The same in the other language, made by a person.
    translation = models.TextField(max_length=3000, blank=True)
    tie = models.CharField(max_length=12, choices=Tie, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "testimonial_version"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "testimonial", "number"], name="testimonial_version_number"
            ),
        ]

    def __str__(self) -> str:
        return f"wording {self.number}"


class Consent(TenantModel):
    """A permission as its author signed it. A change of mind is a new one; the newest holds."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    testimonial = models.ForeignKey(Testimonial, on_delete=models.PROTECT, related_name="consents")
    number = models.PositiveSmallIntegerField()
    on_site = models.BooleanField()
    on_embed = models.BooleanField()
    # The exact text that was shown: consents.toml keeps every one.
    text_version = models.CharField(max_length=40)
    text_language = models.CharField(max_length=2)
    name_choice = models.CharField(max_length=10, choices=NameChoice)
    shown_name = models.CharField(max_length=160)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=20, choices=Capacity)
    signed_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        db_table = "testimonial_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "testimonial", "number"], name="testimonial_consent_number"
            ),
        ]

    def __str__(self) -> str:
        return f"permission {self.number}"


class StoryFigures(TenantModel):
    """How many stories came and what became of them: numbers for the public page, kept as stories move."""

    counts = models.JSONField(default=dict)

    class Meta:
        db_table = "story_figures"
        constraints = [models.UniqueConstraint(fields=["organisation"], name="story_figures_once")]

    def __str__(self) -> str:
        return "story figures"

"""Who regulates plans, whom to call, which form, which plan. No client appears here.

The records stand outside the locks: every organisation reads the same ones. They come from
`catalog/*.toml` and then belong to the platform operator (docs/architecture.md). PostgreSQL keeps the
history of each by triggers.
"""

from collections.abc import Callable
from datetime import date
from typing import Self, TypeVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocacy.kernel.ids import new_id
from advocacy.organisations.models import Organisation

TrackedModel = TypeVar("TrackedModel", bound=type[models.Model])


class Confidence(models.TextChoices):
    """How sure we are of a record. Anything but high is shown as unverified."""

    HIGH = "H", "High: the law itself, or two official pages agree"
    MEDIUM = "M", "Medium: one good source"
    LOW = "L", "Low: not seen at the source"


class RecordQuerySet(models.QuerySet["Record"]):
    def shown(self) -> Self:
        return self.filter(is_shown=True)

    def last_checked_by(self, day: date) -> Self:
        """Records that nobody has checked after the day."""
        return self.filter(checked_on__lte=day)


class Record(models.Model):
    """What each record of the directory carries: where it is from, how sure we are, when it was checked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(
        max_length=60, unique=True, help_text="Part of the page's address. It stays when the name changes."
    )
    source = models.TextField(help_text="Where this was read, in words a person can follow.")
    confidence = models.CharField(max_length=1, choices=Confidence, default=Confidence.LOW)
    checked_on = models.DateField(help_text="The last day on which somebody compared it with the source.")
    is_shown = models.BooleanField("shown to organizations and the public", default=True)
    notes = models.TextField(blank=True, help_text="For operators. Not shown to anybody else.")
    # What the catalogue said last. A field that differs from it was changed by an operator, and is theirs.
    synced = models.JSONField(default=dict, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_confidence_known", condition=Q(confidence__in=Confidence.values)
            ),
            models.CheckConstraint(
                name="%(class)s_names_its_source",
                condition=~Q(source=""),
                # A number nobody can trace is worse than none.
                violation_error_message="Say where this was read.",
            ),
        ]

    @property
    def is_unverified(self) -> bool:
        return self.confidence != Confidence.HIGH

    @property
    def is_from_catalogue(self) -> bool:
        return bool(self.synced)


def tracked(table: str) -> Callable[[TrackedModel], TrackedModel]:
    """Keep each state of a row in its event table, written by triggers and never changed afterwards."""
    decorate: Callable[[TrackedModel], TrackedModel] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        exclude=["synced"],
        append_only=True,
        obj_field=pghistory.ObjForeignKey(related_name="history"),
        meta={"db_table": table},
    )
    return decorate


class Level(models.TextChoices):
    STATE = "state", _("State of California")
    FEDERAL = "federal", _("Federal")


@tracked("regulator_event")
class Regulator(Record):
    """A body that supervises plans, or decides about refused care."""

    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    regulates = models.TextField(help_text="Which plans or programs.")
    decides = models.TextField(blank=True, help_text="What one can ask it to decide.")
    recognise_by = models.TextField("how to recognize it", blank=True)
    law = models.CharField(max_length=200, blank=True)
    website = models.URLField(blank=True)

    class Meta(Record.Meta):
        db_table = "regulator"
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="regulator_level_known", condition=Q(level__in=Level.values)),
        ]

    def __str__(self) -> str:
        return self.name


class OfficeKind(models.TextChoices):
    DECIDES = "decides", _("Decides about refused care")
    PROGRAM = "program", _("Runs a program")
    HELPS = "helps", _("Free help and advice")
    INFORMS = "informs", _("Guides and research, no casework")


@tracked("office_event")
class Office(Record):
    """A place to call, write or file."""

    CONTACTS = {
        "phone": _("Phone"),
        "tty": "TTY",
        "other_phones": _("Other lines"),
        "fax": _("Fax"),
        "email": _("E-mail"),
        "postal_address": _("Mail"),
    }

    regulator = models.ForeignKey(
        Regulator, null=True, blank=True, on_delete=models.PROTECT, related_name="offices"
    )
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=OfficeKind)
    handles = models.TextField()
    phone = models.CharField(max_length=40, blank=True)
    tty = models.CharField("TTY", max_length=40, blank=True)
    other_phones = models.TextField(blank=True, help_text="One a line: Español: 1-800-555-0100")
    hours = models.CharField(max_length=120, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    postal_address = models.TextField(blank=True)
    website = models.URLField(blank=True)
    files_online_at = models.URLField("file online at", blank=True)
    how_to_file = models.TextField(blank=True)
    languages = models.TextField(blank=True)
    # A record may be sure of its phone and not of its fax.
    doubtful = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name="contacts still unverified"
    )

    class Meta(Record.Meta):
        db_table = "office"
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="office_kind_known", condition=Q(kind__in=OfficeKind.values)),
            models.CheckConstraint(
                name="office_doubts_known_contacts",
                condition=Q(
                    doubtful__contained_by=["phone", "tty", "other_phones", "fax", "email", "postal_address"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def doubts(self, contact: str) -> bool:
        """True if this one contact is shown as unverified."""
        return self.is_unverified or contact in self.doubtful

    @property
    def other_lines(self) -> list[tuple[str, str]]:
        """The other phones as (for what, number)."""
        pairs = (line.rpartition(":") for line in self.other_phones.splitlines() if line.strip())
        return [(words.strip(), number.strip()) for words, _colon, number in pairs]


@tracked("form_event")
class Form(Record):
    """A form that a regulator, a program or a plan takes; its editions are versions."""

    regulator = models.ForeignKey(
        Regulator, null=True, blank=True, on_delete=models.PROTECT, related_name="forms"
    )
    name = models.CharField(max_length=160)
    number = models.CharField(max_length=60, blank=True, help_text="Only where it is printed on the form.")
    purpose = models.TextField()
    asks_for = models.TextField(blank=True)
    how_to_file = models.TextField(blank=True)
    who_signs = models.TextField(blank=True)
    page = models.URLField("page about the form", blank=True)

    class Meta(Record.Meta):
        db_table = "form"
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})" if self.number else self.name


class FormLanguage(models.TextChoices):
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    CHINESE = "zh", _("Chinese")
    VIETNAMESE = "vi", _("Vietnamese")
    KOREAN = "ko", _("Korean")
    TAGALOG = "tl", _("Tagalog")
    RUSSIAN = "ru", _("Russian")
    ARMENIAN = "hy", _("Armenian")
    FARSI = "fa", _("Farsi")
    ARABIC = "ar", _("Arabic")
    HMONG = "hmn", _("Hmong")
    KHMER = "km", _("Khmer")
    LAO = "lo", _("Lao")
    JAPANESE = "ja", _("Japanese")
    OTHER = "other", _("Another language")


@tracked("form_version_event")
class FormVersion(Record):
    """One edition of a form in one language: our copy, an address, or only the knowledge that it exists."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    edition = models.CharField(max_length=80)
    language = models.CharField(max_length=8, choices=FormLanguage, default=FormLanguage.ENGLISH)
    effective_from = models.DateField(null=True, blank=True)
    url = models.URLField("address", max_length=400, blank=True)
    stored_as = models.CharField(max_length=120, blank=True, editable=False)
    original_name = models.CharField(max_length=200, blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField(null=True, editable=False, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    is_current = models.BooleanField("current", default=False)
    ended_on = models.DateField(null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        db_table = "form_version"
        ordering = ["form__name", "language", "-is_current", "-effective_from"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["form", "language"], condition=Q(is_current=True), name="form_version_one_current"
            ),
            models.CheckConstraint(
                name="form_version_file_and_its_marks_together",
                condition=Q(stored_as="", original_name="", content_type="", size=None, sha256="")
                | ~Q(stored_as="")
                & ~Q(original_name="")
                & ~Q(content_type="")
                & ~Q(sha256="")
                & Q(size__gt=0),
            ),
            models.CheckConstraint(
                name="form_version_current_or_ended",
                condition=Q(is_current=False) | Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="form_version_ends_after_it_begins",
                condition=Q(ended_on=None) | Q(effective_from=None) | Q(ended_on__gte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form.name}, {self.edition}, {self.get_language_display()}"


class PlanKind(models.TextChoices):
    FULL = "full", _("Full-service health plan")
    LOCAL = "local", _("Local Medi-Cal plan")
    COUNTY = "county", _("County organized health system")
    INSURER = "insurer", _("Health insurer")
    SPECIALIZED = "specialized", _("Specialized plan (mental health, dental, vision)")


@tracked("health_plan_event")
class HealthPlan(Record):
    """A plan or insurer that sells or runs cover in California."""

    name = models.CharField(max_length=160)
    legal_name = models.CharField(max_length=200, blank=True)
    also_called = models.CharField(
        max_length=200, blank=True, help_text="Names that a card or letter may show."
    )
    kind = models.CharField(max_length=12, choices=PlanKind)
    # Empty: not known, or not the same for all of its members.
    regulator = models.ForeignKey(
        Regulator, null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    how_to_tell = models.TextField("how to tell who regulates it", blank=True)
    product_lines = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True)

    class Meta(Record.Meta):
        db_table = "health_plan"
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(name="health_plan_kind_known", condition=Q(kind__in=PlanKind.values)),
        ]

    def __str__(self) -> str:
        return self.name


class ListedOrganisation(Organisation):
    """An organisation as the console lists it; the table is `organisation`."""

    class Meta:
        proxy = True
        ordering = ["name"]
        verbose_name = "organization"


# In the order in which one may refer to another.
RECORDS: tuple[type[Record], ...] = (Regulator, Office, Form, FormVersion, HealthPlan)

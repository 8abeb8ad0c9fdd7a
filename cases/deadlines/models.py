"""A deadline: one version of one clock of one case, with a working that can be laid before a regulator."""

from datetime import date, datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q

from advocacy.accounts.models import User
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.casefile.models import Case, Event
from cases.clients.models import Client
from cases.deadlines.engine import PACIFIC, what_to_act_on
from cases.deadlines.rules import Rule, load_rulebook


class Direction(models.TextChoices):
    """Whose clock it is."""

    OURS = "ours", "Our clock"
    THEIRS = "theirs", "Their clock"
    OPENS = "opens", "Not before"


class State(models.TextChoices):
    OPEN = "open", "Open"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    WAIVED = "waived", "No longer applies"
    SUPERSEDED = "superseded", "Replaced by a new date"


class Doubt(models.TextChoices):
    """What looks wrong about a date."""

    START = "start", "The day it counts from"
    RULE = "rule", "The rule, or its length"
    CALENDAR = "calendar", "A closed day is missing, or is none"
    OTHER = "other", "Something else"


# What calendars show of a row.
COUNT_REVISIONS = """
IF (NEW.state, NEW.act_at, NEW.last_lawful_at, NEW.late_after_at, NEW.opens_on, NEW.met_on, NEW.by_hour)
   IS DISTINCT FROM
   (OLD.state, OLD.act_at, OLD.last_lawful_at, OLD.late_after_at, OLD.opens_on, OLD.met_on, OLD.by_hour)
THEN NEW.revision = OLD.revision + 1;
ELSE NEW.revision = OLD.revision;
END IF;
RETURN NEW;
"""


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def standing(self) -> Self:
        """All but the versions that a new date has replaced."""
        return self.exclude(state=State.SUPERSEDED)

    def open(self) -> Self:
        return self.filter(state=State.OPEN)


class Deadline(TenantModel):
    """Derived from facts; corrected by correcting the fact. Instants end a day at 23:59:59 Pacific."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    direction = models.CharField(max_length=10, choices=Direction)
    owed_by = models.CharField(max_length=20)
    trigger = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    # The Pacific day the count starts from; for a silent plan that is the 30th day, not the fact's own.
    triggered_on = models.DateField()
    nominal_at = models.DateTimeField()
    last_lawful_at = models.DateTimeField()
    # What people act on, of all readings: see engine.what_to_act_on.
    act_at = models.DateTimeField()
    late_after_at = models.DateTimeField(null=True)
    opens_on = models.DateField(null=True)
    by_hour = models.BooleanField(default=False)
    ambiguous = models.BooleanField(default=False)
    readings = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    days = models.JSONField(default=list)
    sentences = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    computed_at = models.DateTimeField()
    met_on = models.DateField(null=True)
    met_by = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", null=True)
    superseded_at = models.DateTimeField(null=True)
    # How often what people are shown of this version has changed, and when it last did (None: as computed).
    # The database counts, whoever writes: a calendar keeps the entry with the higher number.
    revision = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    changed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    # Somebody said that something looks wrong, and nobody has settled it yet. What they wrote is a note:
    # clients may be shown this row, and never a note.
    doubt = models.CharField(max_length=10, choices=Doubt, blank=True)
    doubted_at = models.DateTimeField(null=True)
    doubted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    # A second person read the same day from the paper; with nobody else here, the same one on another day.
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    verified_day = models.DateField(null=True)
    self_checked = models.BooleanField(default=False)

    # Met where no fact of the case says so: who says it, and what shows it.
    met_words = models.CharField(max_length=300, blank=True)
    met_by_person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    waived_at = models.DateTimeField(null=True)
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    waived_reason = models.CharField(max_length=300, blank=True)

    # A date set by a person: `act_at` is this one, `act_at_by_law` the one it stands beside.
    own_at = models.DateTimeField(null=True)
    own_reason = models.CharField(max_length=300, blank=True)
    own_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    own_set_at = models.DateTimeField(null=True)

    # The time was extended as the rule's `extended_by` allows: the day of the notice, the last day it names
    # where the law gives no number. A new version keeps this: it is about the decision, not the start.
    extended_on = models.DateField(null=True)
    extended_to = models.DateField(null=True)
    extended_reason = models.CharField(max_length=300, blank=True)
    extended_at = models.DateTimeField(null=True)
    extended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    objects = ScopedManager.from_queryset(DeadlineQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "deadline"
        triggers = [
            pgtrigger.Trigger(
                name="count_revisions",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=COUNT_REVISIONS,
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "case", "rule"],
                condition=~Q(state="superseded"),
                name="deadline_one_standing",
            ),
            models.CheckConstraint(
                name="deadline_nominal_not_after_last",
                condition=Q(nominal_at__lte=models.F("last_lawful_at")),
            ),
            models.CheckConstraint(
                name="deadline_seen_at_and_by_together",
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
            models.CheckConstraint(
                name="deadline_doubted_at_by_and_about_together",
                condition=Q(doubt="", doubted_at=None, doubted_by=None)
                | (~Q(doubt="") & Q(doubted_at__isnull=False, doubted_by__isnull=False)),
            ),
            models.CheckConstraint(
                # "Met" without a fact, or a person with words, would be a promise nobody can prove.
                name="deadline_met_names_its_fact",
                condition=~Q(state="met")
                | Q(met_by__isnull=False, met_on__isnull=False)
                | Q(met_by_person__isnull=False, met_on__isnull=False),
            ),
            models.CheckConstraint(
                name="deadline_met_by_person_has_words",
                condition=Q(met_by_person=None, met_words="")
                | (Q(met_by_person__isnull=False, met_on__isnull=False) & ~Q(met_words="")),
            ),
            models.CheckConstraint(
                name="deadline_verified_at_by_and_day_together",
                condition=Q(verified_at=None, verified_by=None, verified_day=None, self_checked=False)
                | Q(verified_at__isnull=False, verified_by__isnull=False, verified_day__isnull=False),
            ),
            models.CheckConstraint(
                name="deadline_waived_has_at_by_and_reason",
                condition=(Q(waived_at=None, waived_by=None, waived_reason="") & ~Q(state="waived"))
                | (Q(waived_at__isnull=False, waived_by__isnull=False) & ~Q(waived_reason="")),
            ),
            models.CheckConstraint(
                # What people act on is in one place, whoever set it.
                name="deadline_own_at_by_and_reason_together",
                condition=Q(own_at=None, own_by=None, own_set_at=None, own_reason="")
                | (
                    Q(own_by__isnull=False, own_set_at__isnull=False)
                    & Q(own_at__isnull=False, own_at=models.F("act_at"))
                    & ~Q(own_reason="")
                ),
            ),
            models.CheckConstraint(
                name="deadline_extended_at_by_on_and_reason_together",
                condition=Q(
                    extended_at=None, extended_by=None, extended_on=None, extended_to=None, extended_reason=""
                )
                | (
                    Q(extended_at__isnull=False, extended_by__isnull=False, extended_on__isnull=False)
                    & ~Q(extended_reason="")
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "act_at"], condition=Q(state="open"), name="deadline_open_soonest"
            ),
            models.Index(fields=["organisation", "case"], name="deadline_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def law(self) -> Rule:
        """The rule this version was computed by."""
        return load_rulebook().version(self.rule, self.rule_version)

    @property
    def shown_since(self) -> datetime:
        """When what people are shown of this version last changed."""
        return self.changed_at or self.computed_at

    @property
    def act_on(self) -> date:
        """The Pacific day to act on."""
        return pacific_day(self.act_at)

    @property
    def act_at_by_law(self) -> datetime:
        """What people would act on if nobody had set another date."""
        if self.own_at is None:
            return self.act_at
        others = [datetime.fromisoformat(each["due"]) for each in self.readings]
        return what_to_act_on(self.direction, [self.nominal_at, self.last_lawful_at, *others]).act_on

    @property
    def act_on_by_law(self) -> date:
        return pacific_day(self.act_at_by_law)

    @property
    def met_by_hand(self) -> bool:
        """True where a person says that it is done, and no fact of the case."""
        return self.state == State.MET and self.met_by_id is None

    @property
    def day_on_paper(self) -> date:
        """The day a second person finds on the paper.

        For a silent plan the count starts on a day that stands on no paper: there it is the fact's own.
        """
        written = {self.trigger.occurred_on.isoformat(), self.trigger.details.get("received_on")}
        return self.triggered_on if self.triggered_on.isoformat() in written else self.trigger.occurred_on

    @property
    def nominal_on(self) -> date:
        return pacific_day(self.nominal_at)

    @property
    def last_lawful_on(self) -> date:
        return pacific_day(self.last_lawful_at)


def pacific_day(instant: datetime) -> date:
    """Return the Pacific day of an instant: the law's days are California's, whatever zone a reader is in."""
    return instant.astimezone(PACIFIC).date()

"""A case: one disputed service for one client, and the dated facts it rests on."""

from typing import Self

from django.db import models
from django.db.models import Q

from advocacy.accounts.models import User
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.clients.models import Client, Coverage


class Urgency(models.TextChoices):
    STANDARD = "standard", "Standard"
    EXPEDITED = "expedited", "Urgent: waiting would do serious harm"


class CaseNumber(TenantModel):
    """The last number given out in a year: `26-0142` is the 142nd of 2026."""

    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "case_number"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="case_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Case(TenantModel):
    """One disputed service for one client."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    number = models.CharField(max_length=12)
    service = models.CharField(max_length=200)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.STANDARD)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    objects = ScopedManager.from_queryset(CaseQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "case_file"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="case_file_number"),
            models.CheckConstraint(
                # A regulator may ask who closed a case; "nobody" must be impossible.
                name="case_file_closed_at_and_by_together",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-opened_at"], name="case_file_newest"),
            models.Index(fields=["organisation", "owner"], name="case_file_of_owner"),
            models.Index(fields=["organisation", "client"], name="case_file_of_client"),
        ]

    def asks_hour_of(self, kind: str) -> bool:
        """Tell whether the hour of a fact is asked for, beside its day: a clock of hours may start there."""
        return self.urgency == Urgency.EXPEDITED and kind in BY_THE_HOUR

    def __str__(self) -> str:
        return self.number


class DenialReason(models.TextChoices):
    """Why the plan refused, as its letter says; it decides the route."""

    NECESSITY = "necessity", "Not medically necessary"
    EXPERIMENTAL = "experimental", "Experimental or investigational"
    EMERGENCY = "emergency", "Emergency care not paid"
    COVERAGE = "coverage", "Not a covered benefit"
    OTHER = "other", "Something else, or not clear"


class Denial(TenantModel):
    """What the plan refused, as its letter states it. Its dates stand in the `denied` event."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=DenialReason)
    reason_as_stated = models.TextField(max_length=4000, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    recorded_at = models.DateTimeField()

    # What eligibility for review asks beside the reason. None: nobody has recorded it.
    necessity_in_part = models.BooleanField(null=True, blank=True)
    recommended = models.BooleanField(null=True, blank=True)
    urgent_care = models.BooleanField(null=True, blank=True)
    seen_by_plan_doctor = models.BooleanField(null=True, blank=True)
    wait_waived = models.BooleanField(null=True, blank=True)
    grave_condition = models.BooleanField(null=True, blank=True)
    standard_failed = models.BooleanField(null=True, blank=True)
    plan_doctor_recommends = models.BooleanField(null=True, blank=True)
    two_documents = models.BooleanField(null=True, blank=True)
    otherwise_covered = models.BooleanField(null=True, blank=True)

    class Meta:
        db_table = "denial"
        indexes = [models.Index(fields=["organisation", "case"], name="denial_of_case")]

    def __str__(self) -> str:
        return self.get_reason_display()


class EventKind(models.TextChoices):
    """The kinds of dated fact. Every deadline derives from these."""

    DENIED = "denied", "Plan refused"
    GRIEVANCE_FILED = "grievance_filed", "Grievance filed"
    GRIEVANCE_ACKNOWLEDGED = "grievance_acknowledged", "Plan acknowledged the grievance"
    GRIEVANCE_INFO_REQUESTED = "grievance_info_requested", "Plan asked for more"
    GRIEVANCE_ANSWERED = "grievance_answered", "Plan answered the grievance"
    GRIEVANCE_UNANSWERED = "grievance_unanswered", "No answer to the grievance in time"
    GRIEVANCE_WITHDRAWN = "grievance_withdrawn", "Grievance withdrawn"
    IMR_FILED = "imr_filed", "IMR application filed"
    IMR_ACKNOWLEDGED = "imr_acknowledged", "Department has the application"
    IMR_ACCEPTED = "imr_accepted", "Department took the case for review"
    IMR_REJECTED = "imr_rejected", "Department turned the application into a complaint"
    IMR_RECORDS_SENT = "imr_records_sent", "Plan sent the reviewer its records"
    IMR_EXTENDED = "imr_extended", "Time for the decision extended"
    IMR_DECIDED = "imr_decided", "IMR decided"
    IMR_ADOPTED = "imr_adopted", "Department adopted the decision"
    IMR_IMPLEMENTED = "imr_implemented", "Plan carried the decision out"
    IMR_NOT_IMPLEMENTED = "imr_not_implemented", "Decision not carried out in time"
    IMR_WITHDRAWN = "imr_withdrawn", "IMR application withdrawn"
    PLAN_REVERSED = "plan_reversed", "Plan gave in during the review"
    COMPLAINT_FILED = "complaint_filed", "Complaint filed with the department"
    COMPLAINT_ANSWERED = "complaint_answered", "Plan answered the department"
    COMPLAINT_DECIDED = "complaint_decided", "Complaint decided"
    COMPLAINT_WITHDRAWN = "complaint_withdrawn", "Complaint withdrawn"


# Facts from which a clock of hours starts in an urgent case; a rejection is the complaint it becomes.
BY_THE_HOUR = frozenset(
    {
        EventKind.GRIEVANCE_FILED,
        EventKind.IMR_FILED,
        EventKind.IMR_ACCEPTED,
        EventKind.IMR_REJECTED,
        EventKind.COMPLAINT_FILED,
    }
)


class EventQuerySet(models.QuerySet["Event"]):
    def standing(self) -> Self:
        """Only the facts that no later event has corrected."""
        corrected = Event.objects.filter(corrects__isnull=False).values("corrects_id")
        return self.exclude(pk__in=corrected)


class Event(TenantModel):
    """A dated fact. Never edited: a correction is a new event that names the one it corrects."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, choices=EventKind)
    # The day in California; the instant too where an hour clock may start from it.
    occurred_on = models.DateField()
    occurred_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(EventQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "event"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "corrects"],
                name="event_corrected_once",
                condition=Q(corrects__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "case", "occurred_on"], name="event_of_case")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Note(TenantModel):
    """A private note: staff only, never shown to a client."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=10_000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "note"
        indexes = [models.Index(fields=["organisation", "case", "-written_at"], name="note_of_case")]

    def __str__(self) -> str:
        return f"Note of {self.written_at:%Y-%m-%d}"


class Party(models.TextChoices):
    """With whom we speak about a case."""

    PLAN = "plan", "The plan"
    DMHC = "dmhc", "DMHC"
    CDI = "cdi", "CDI"
    DOCTOR = "doctor", "A doctor's office"
    CLIENT = "client", "The client"
    OTHER = "other", "Somebody else"


class Call(TenantModel):
    """One call, as it was: written once. What was promised in it, with its day, is also a `Task`."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    # An instant: an urgent complaint by phone starts its clock at the call.
    at = models.DateTimeField()
    with_whom = models.CharField(max_length=10, choices=Party)
    person = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    said = models.TextField(max_length=10_000)
    promise = models.CharField(max_length=200, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "phone_call"
        constraints = [
            models.CheckConstraint(
                # A promise without a day is one that nobody will ask for.
                name="phone_call_promise_and_day_together",
                condition=Q(promise="", promised_on=None) | (~Q(promise="") & Q(promised_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "case", "-at"], name="phone_call_of_case")]

    def __str__(self) -> str:
        return f"Call of {self.at:%Y-%m-%d}"


class TaskKind(models.TextChoices):
    """What a task is of, where it has a page of its own to do it from."""

    ORDINARY = "", "A task"
    CALL = "call", "A call to the client"
    LETTER = "letter", "A letter to the client"
    REACH = "reach", "A client whom nobody else tells"


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> Self:
        return self.filter(done_at=None, dropped_at=None)


class Task(TenantModel):
    """Something to do by a day that we chose, or that somebody promised. No date made by law is a task."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=TaskKind, default=TaskKind.ORDINARY, blank=True)
    what = models.CharField(max_length=240)
    due_on = models.DateField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The call in which it was promised, where it was.
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    drop_reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager.from_queryset(TaskQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "task"
        constraints = [
            models.CheckConstraint(
                name="task_done_at_and_by_together",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="task_dropped_at_by_and_why_together",
                condition=Q(dropped_at=None, dropped_by=None, drop_reason="")
                | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(drop_reason="")),
            ),
            models.CheckConstraint(name="task_ends_once", condition=Q(done_at=None) | Q(dropped_at=None)),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_on"],
                condition=Q(done_at=None, dropped_at=None),
                name="task_open_soonest",
            ),
            models.Index(fields=["organisation", "case"], name="task_of_case"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

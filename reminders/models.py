"""Reminders: rows that are due, not tasks that were scheduled."""

from typing import Self

from django.db import models
from django.db.models import Q

from advocacy.accounts.models import User
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.casefile.models import Case, Task
from cases.clients.models import Client
from cases.deadlines.models import Deadline


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    COLLAPSED = "collapsed", "Told in a later one"
    WITHDRAWN = "withdrawn", "Not needed"
    PARKED = "parked", "Could not be sent"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def planned(self) -> Self:
        return self.filter(state=State.PLANNED)


class Reminder(TenantModel):
    """One step of one deadline version to one person by one channel."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20)
    step_on = models.DateField()
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, default="email")
    send_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ScopedManager.from_queryset(ReminderQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "reminder"
        constraints = [
            # Two planners, five, or a restored backup: the same step is one row.
            models.UniqueConstraint(
                fields=["organisation", "deadline", "step", "step_on", "recipient", "channel"],
                name="reminder_once",
            ),
            models.CheckConstraint(
                name="reminder_sent_has_its_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "send_at"], condition=Q(state="planned"), name="reminder_due"
            ),
            models.Index(fields=["organisation", "deadline"], name="reminder_of_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.step} on {self.step_on}"


class Attempt(TenantModel):
    """One try at sending, with the server's answer."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(
        max_length=10, choices=[("sent", "Sent"), ("again", "Tried"), ("parked", "Parked")]
    )
    answer = models.CharField(max_length=250)

    class Meta:
        db_table = "reminder_attempt"
        indexes = [models.Index(fields=["organisation", "reminder"], name="attempt_of_reminder")]

    def __str__(self) -> str:
        return f"attempt {self.number}: {self.outcome}"


class Handover(TenantModel):
    """A reminder that reached nobody, and the task of the person who was asked to tell them instead."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="+")
    # Several reminders of one date to one person are one task.
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=250)

    class Meta:
        db_table = "reminder_handover"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reminder"], name="reminder_handed_over_once"),
        ]

    def __str__(self) -> str:
        return f"handed over at {self.at:%Y-%m-%d %H:%M}"

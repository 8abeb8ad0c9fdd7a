"""Reminders: rows that are due, not tasks that were scheduled."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from advocacy.accounts.models import Membership, User
from advocacy.kernel import clock
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.casefile.models import Case, Task
from cases.clients.models import Client
from cases.deadlines.models import Deadline
from reminders.policy import DEFAULT, Family


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    HANDED = "handed", "Given to a person to do"
    COLLAPSED = "collapsed", "Told in a later one"
    WITHDRAWN = "withdrawn", "Not needed"
    PARKED = "parked", "Could not be sent"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def planned(self) -> Self:
        return self.filter(state=State.PLANNED)


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    CALL = "call", "A call"
    LETTER = "letter", "A letter"
    ADVOCATE = "advocate", "By who works the case"


class Reminder(TenantModel):
    """One step of one deadline version, or one nudge, to one person by one channel.

    `recipient` is a member, `contact` somebody outside; with neither it is the client who is told.
    `step_at` is the instant the step stands for, `send_at` the one at which it may leave: quiet hours
    and a mail that has gone today come between. Rows of one `mail_id` go in one mail.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="+", null=True)
    nudge = models.ForeignKey("Nudge", on_delete=models.PROTECT, related_name="+", null=True)
    step = models.CharField(max_length=20)
    step_on = models.DateField()
    rung = models.SmallIntegerField(default=0)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey("EmergencyContact", on_delete=models.PROTECT, related_name="+", null=True)
    told_id = models.GeneratedField(
        expression=Coalesce("recipient", "contact", "client"),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    step_at = models.DateTimeField()
    send_at = models.DateTimeField()
    mail_id = models.UUIDField(null=True)
    # What a person was given to do instead of a mail; its end is the reminder's.
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", null=True)
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
                fields=["organisation", "deadline", "step", "step_on", "told_id", "channel"],
                name="reminder_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "nudge"],
                condition=Q(nudge__isnull=False),
                name="reminder_of_nudge_once",
            ),
            models.CheckConstraint(
                name="reminder_has_a_deadline_or_a_nudge",
                condition=Q(deadline__isnull=False, nudge=None) | Q(deadline=None, nudge__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_tells_a_member_or_a_contact",
                condition=Q(recipient=None) | Q(contact=None),
            ),
            models.CheckConstraint(
                name="reminder_sent_has_its_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="reminder_handed_has_its_task",
                condition=~Q(state="handed") | Q(task__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "send_at"], condition=Q(state="planned"), name="reminder_due"
            ),
            models.Index(fields=["organisation", "deadline"], name="reminder_of_deadline"),
            models.Index(fields=["organisation"], condition=Q(state="parked"), name="reminder_parked"),
            # Whether somebody had their mail today, and which rows one mail holds.
            models.Index(
                fields=["organisation", "told_id", "sent_at"],
                condition=Q(state="sent"),
                name="reminder_mailed",
            ),
            models.Index(
                fields=["organisation", "mail_id"], condition=Q(state="planned"), name="reminder_of_mail"
            ),
            models.Index(
                fields=["organisation", "task"], condition=Q(state="handed"), name="reminder_of_task"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} on {self.step_on}"

    @property
    def zone(self) -> str:
        """The zone of whoever is told: the organisation's for all but members."""
        own = self.recipient.zone if self.recipient else None
        return clock.known_zone(own, otherwise=self.organisation.zone)

    @property
    def told_address(self) -> str:
        """Where mail for whoever is told goes."""
        return (self.recipient or self.contact or self.client).email

    @property
    def told_name(self) -> str:
        """Who is told, by name."""
        who = self.recipient or self.contact
        return who.name if who else self.client.listed_name


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


class ReminderPolicy(TenantModel):
    """What an organisation chose for one family of dates; a family without a row has the default."""

    family = models.CharField(max_length=12, choices=[(each.name.lower(), each.value) for each in Family])
    ours_days = models.JSONField()
    ours_hours = models.JSONField()
    theirs_every_days = models.PositiveSmallIntegerField()
    also = models.JSONField()
    client_days = models.JSONField()
    escalate_days = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "reminder_policy"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "family"], name="reminder_policy_once"),
        ]

    def __str__(self) -> str:
        return self.get_family_display()


class ReminderHours(TenantModel):
    """At which hour an organisation writes, and when it does not, in the zone of whoever is told."""

    send_at = models.TimeField(default=DEFAULT.send_at)
    quiet_from = models.TimeField(default=DEFAULT.quiet_from)
    quiet_until = models.TimeField(default=DEFAULT.quiet_until)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "reminder_hours"
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="reminder_hours_once"),
            models.CheckConstraint(
                name="reminder_hours_in_order",
                condition=Q(quiet_until__lte=F("send_at")) & Q(send_at__lt=F("quiet_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"at {self.send_at:%H:%M}"


class Absence(TenantModel):
    """A member is away, both days included; `cover` hears of their dates instead."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    cover = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "absence"
        constraints = [
            models.CheckConstraint(name="absence_in_order", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(
                name="absence_not_covered_by_oneself", condition=Q(cover=None) | ~Q(cover=F("user"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "last_day"], condition=Q(ended_at=None), name="absence_to_come"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"


class StandIn(TenantModel):
    """Who is asked next when a member does not answer; also their cover where an absence names none."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stands_in = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stand_in"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="stand_in_once"),
            models.CheckConstraint(name="stand_in_is_another", condition=~Q(stands_in=F("user"))),
        ]

    def __str__(self) -> str:
        return f"{self.stands_in} for {self.user}"


class EmergencyContact(TenantModel):
    """Another address of a member, or somebody outside: asked last, and told nothing of any case."""

    name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    # Whose own other address it is; empty for somebody outside.
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "emergency_contact"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(ended_at=None), name="emergency_contact_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Nudge(TenantModel):
    """A reminder that a member set for themself, of a case and not of a date made by law."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    words = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nudge"
        indexes = [
            models.Index(
                fields=["organisation", "user", "on"], condition=Q(done_at=None), name="nudge_to_come"
            ),
        ]

    def __str__(self) -> str:
        return f"nudge on {self.on}"


class Digest(TenantModel):
    """One person's digest of one day, written into the queue of mails: never twice."""

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The day where the recipient is.
    day = models.DateField()
    queued_at = models.DateTimeField()

    class Meta:
        db_table = "reminder_digest"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "recipient", "day"], name="reminder_digest_once"),
        ]

    def __str__(self) -> str:
        return f"digest of {self.day}"


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

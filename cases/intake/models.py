"""A request for help: what somebody wrote on the public page, and what we answered."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.models import User
from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.models import ScopedManager, TenantModel
from cases.casefile.models import Case
from cases.clients.models import Client, Language

REFUSED_LENGTH = 200


class State(models.TextChoices):
    NEW = "new", "Waiting"
    SNOOZED = "snoozed", "Put off"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    DUPLICATE = "duplicate", "The same as another"


# Nobody has given these an answer yet.
UNANSWERED = (State.NEW, State.SNOOZED)


class Contact(models.TextChoices):
    """What is safe: somebody else may answer the phone."""

    CALL = "call", _("Yes. You may leave a message.")
    CALL_ONLY = "call_only", _("Yes, but do not leave a message.")
    WRITE = "write", _("No. Please write to me instead.")


class BestTime(models.TextChoices):
    ANY = "any", _("Any time")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")


class DeclineReason(models.TextChoices):
    """Why we cannot take it: never "we do not like it"."""

    NOT_A_REFUSAL = "not_a_refusal", "No health plan said no"
    ELSEWHERE = "elsewhere", "Not in California"
    OTHER_GROUP = "other_group", "Another group fits better"
    NO_ROOM = "no_room", "We have no room now"
    UNREACHABLE = "unreachable", "We could not reach them"
    SPAM = "spam", "Not a real request"


# There is nobody to send elsewhere.
WITHOUT_REFERRAL = (DeclineReason.UNREACHABLE, DeclineReason.SPAM)


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def unanswered(self) -> Self:
        return self.filter(state__in=UNANSWERED)

    def waiting(self, today: date) -> Self:
        """Those that need somebody now: new, or put off until a day that has come."""
        return self.filter(Q(state=State.NEW) | Q(state=State.SNOOZED, snoozed_until__lte=today))

    def put_off(self, today: date) -> Self:
        return self.filter(state=State.SNOOZED, snoozed_until__gt=today)

    def answered(self) -> Self:
        return self.exclude(state__in=UNANSWERED)


class HelpRequest(TenantModel):
    """One person asks for help. It comes in by the public door, which cannot read it back."""

    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    contact = models.CharField(max_length=10, choices=Contact, default=Contact.CALL)
    best_time = models.CharField(max_length=10, choices=BestTime, default=BestTime.ANY)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    plan_name = models.CharField(max_length=160, blank=True)
    refused = EncryptedTextField()
    urgent = models.BooleanField(default=False)
    letter_came_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    decline_reason = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    # Where we sent them instead, in a few words.
    referred_to = models.CharField(max_length=200, blank=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    objects = ScopedManager.from_queryset(HelpRequestQuerySet)()  # type: ignore[misc]  # a class variable there

    class Meta:
        db_table = "help_request"
        constraints = [
            models.CheckConstraint(
                name="help_request_handled_at_and_by_together",
                condition=Q(state=State.NEW, handled_at=None, handled_by=None)
                | (~Q(state=State.NEW) & Q(handled_at__isnull=False, handled_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="help_request_put_off_until_a_day",
                condition=Q(state=State.SNOOZED, snoozed_until__isnull=False)
                | (~Q(state=State.SNOOZED) & Q(snoozed_until=None)),
            ),
            models.CheckConstraint(
                name="help_request_accepted_into_a_case",
                condition=~Q(state=State.ACCEPTED) | Q(client__isnull=False, case__isnull=False),
            ),
            models.CheckConstraint(
                name="help_request_declined_for_a_reason",
                condition=Q(state=State.DECLINED) ^ Q(decline_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-received_at"], name="help_request_by_state"),
        ]

    def __str__(self) -> str:
        return f"request of {self.received_at:%Y-%m-%d %H:%M}"

"""What a member may change or do: their own, and for who leads everybody's."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Permission
from advocacy.mail.models import SuppressedAddress
from advocacy.mail.queries import taking_no_mail
from cases.casefile.models import Task
from cases.casefile.queries import task_for, visible_to
from cases.clients.models import Client
from reminders.models import (
    Absence,
    EmergencyContact,
    Nudge,
    Reminder,
    StandIn,
    State,
)
from reminders.queries.people import COVERING, away, listed


@dataclass(frozen=True)
class OwnNudge:
    """One reminder of the actor's own, with the name of its client."""

    id: UUID
    on: date
    words: str
    case_id: UUID
    number: str
    client_id: UUID
    name: str


def own_nudges(rows: QuerySet[Nudge]) -> ArraySubquery:
    """Return these rows as a column of another statement, for `nudges_in`."""
    return listed(
        rows.order_by("on", "made_at"),
        id="pk", on="on", words="words", case_id="case_id", number="case__number", client_id="client_id",
        family_name="client__family_name", given_name="client__given_name",
    )  # fmt: skip


def nudges_in(column: list[dict[str, Any]]) -> list[OwnNudge]:
    """Read the column that `own_nudges` makes."""
    return [
        OwnNudge(
            id=UUID(each["id"]),
            on=date.fromisoformat(each["on"]),
            words=each["words"],
            case_id=UUID(each["case_id"]),
            number=each["number"],
            client_id=UUID(each["client_id"]),
            name=Client(family_name=each["family_name"], given_name=each["given_name"]).listed_name,
        )
        for each in column
    ]


def covered_by(person: User, now: datetime) -> QuerySet[Absence, Any]:
    """Return the ids of the members for whom this person covers now, by an absence or as stand-in."""
    absences = away(now).filter(
        Q(cover=person) | Q(cover=None, user__in=StandIn.objects.filter(stands_in=person).values("user"))
    )
    return absences.values("user")


def may_cover(actor: Actor) -> list[User]:
    """Return who may cover for others here, by name: who sees every date, and works cases."""
    live = Membership.objects.live().filter(organisation=actor.organisation, role__in=COVERING)
    return list(User.objects.filter(pk__in=live.values("user_id")).order_by("name"))


def absence_for(actor: Actor, *, absence_id: UUID) -> Absence:
    """Load one absence that the actor may end: their own, and for who leads anybody's.

    Raises: Absence.DoesNotExist.
    """
    found = Absence.objects.select_related("user")
    return _own_or_led(actor, found, user=actor.user).get(pk=absence_id)


def contact_for(actor: Actor, *, contact_id: UUID) -> EmergencyContact:
    """Load one address that the actor may take off: another of their own, and for who leads any.

    Raises: EmergencyContact.DoesNotExist.
    """
    return _own_or_led(actor, EmergencyContact.objects.all(), member=actor.membership).get(pk=contact_id)


def dead_address_for(actor: Actor, *, address_id: UUID) -> SuppressedAddress:
    """Load one address that takes no mail: the actor's own, and for who leads anybody's of here.

    Raises: SuppressedAddress.DoesNotExist.
    """
    return dead_addresses(actor).get(pk=address_id)


def dead_addresses(actor: Actor) -> QuerySet[SuppressedAddress]:
    """Return the addresses that take no mail, of the actor; for who leads, of everybody who is told here."""
    live = Membership.objects.live().filter(organisation=actor.organisation)
    members = _own_or_led(actor, live, user=actor.user)
    contacts = _own_or_led(actor, EmergencyContact.objects.filter(ended_at=None), member=actor.membership)
    return taking_no_mail(members.values(low=Lower("user__email")), contacts.values(low=Lower("email")))


def member_for(actor: Actor, *, member_id: UUID) -> Membership:
    """Load one member whose stand-in the actor may name: themself, and for who leads anybody.

    Raises: Membership.DoesNotExist.
    """
    live = Membership.objects.live().filter(organisation=actor.organisation).select_related("user")
    return _own_or_led(actor, live, user=actor.user).get(pk=member_id)


def nudge_for(actor: Actor, *, nudge_id: UUID) -> Nudge:
    """Load one reminder that the actor set for themself, of a case that they see.

    Raises: Nudge.DoesNotExist.
    """
    return nudges_of(actor).get(pk=nudge_id)


def nudges_of(actor: Actor) -> QuerySet[Nudge]:
    """Return the actor's own reminders that are not done, of cases that they see."""
    return Nudge.objects.filter(user_id=actor.id, done_at=None, case__in=visible_to(actor))


def _own_or_led(actor: Actor, rows: QuerySet[Any], **own: object) -> QuerySet[Any]:
    return rows if actor.can(Permission.REMIND) else rows.filter(**own)


def handed_task_for(actor: Actor, *, handed_id: UUID) -> Task:
    """Load a task of a visible case that a reminder to its client was handed as.

    Raises: Task.DoesNotExist.
    """
    task = task_for(actor, task_id=handed_id)
    if not handed_as(task).exists():
        raise Task.DoesNotExist
    return task


def handed_as(task: Task) -> QuerySet[Reminder]:
    """Return the reminders that a person does by this task."""
    found: QuerySet[Reminder] = Reminder.objects.filter(task=task, state=State.HANDED)
    return found.select_related("deadline", "client", "organisation").order_by("deadline__act_at")

"""Who sees which case: one function for pages, files, searches and feeds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localtime

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ROLES, Permission
from cases.casefile.models import Call, Case, CaseQuerySet, Denial, Event, Note, Task
from cases.clients.models import (
    Authorisation,
    Client,
    Coverage,
    PortalAccess,
    Provider,
    Representative,
)


def visible_to(actor: Actor) -> CaseQuerySet:
    """Return the cases the actor may see: all of the organisation's, or those assigned to them."""
    cases = Case.objects.all()
    if actor.can(Permission.CASE_READ_ALL):
        return cases
    return cases.filter(owner_id=actor.id)


def clients_visible_to(actor: Actor) -> Any:
    """Return the clients the actor may see: those of the cases they may see, and all for who sees all."""
    if actor.can(Permission.CASE_READ_ALL):
        return Client.objects.all()
    return Client.objects.filter(pk__in=visible_to(actor).values("client_id"))


def case_for(actor: Actor, *, case_id: UUID) -> Case:
    """Load one visible case with its client, coverage and owner.

    Raises: Case.DoesNotExist.
    """
    return visible_to(actor).select_related("client", "coverage", "owner").get(pk=case_id)


def client_for(actor: Actor, *, client_id: UUID) -> Client:
    """Load one visible client.

    Raises: Client.DoesNotExist.
    """
    return clients_visible_to(actor).get(pk=client_id)


def coverage_for(actor: Actor, *, coverage_id: UUID) -> Coverage:
    """Load one coverage of a visible client.

    Raises: Coverage.DoesNotExist.
    """
    visible = clients_visible_to(actor).values("pk")
    return Coverage.objects.select_related("client").filter(client__in=visible).get(pk=coverage_id)


def representative_for(actor: Actor, *, representative_id: UUID) -> Representative:
    """Load one representative of a visible client.

    Raises: Representative.DoesNotExist.
    """
    visible = clients_visible_to(actor).values("pk")
    found = Representative.objects.select_related("client").filter(client__in=visible)
    return found.get(pk=representative_id)


def authorisation_for(actor: Actor, *, authorisation_id: UUID) -> Authorisation:
    """Load one authorization of a visible client.

    Raises: Authorisation.DoesNotExist.
    """
    visible = clients_visible_to(actor).values("pk")
    found = Authorisation.objects.select_related("client", "representative").filter(client__in=visible)
    return found.get(pk=authorisation_id)


def provider_for(actor: Actor, *, provider_id: UUID) -> Provider:
    """Load one provider of a visible client.

    Raises: Provider.DoesNotExist.
    """
    visible = clients_visible_to(actor).values("pk")
    return Provider.objects.select_related("client").filter(client__in=visible).get(pk=provider_id)


def access_for(actor: Actor, *, access_id: UUID) -> PortalAccess:
    """Load one person's portal access to a visible client.

    Raises: PortalAccess.DoesNotExist.
    """
    visible = clients_visible_to(actor).values("pk")
    return PortalAccess.objects.filter(client__in=visible).get(pk=access_id)


def readers_of(client: Client) -> QuerySet[PortalAccess]:
    """Return who can read the client's file in the portal, or has been invited to."""
    found = PortalAccess.objects.filter(client=client, ended_at=None).select_related("user", "client")
    return found.order_by("granted_at")


def providers_of(client: Client) -> list[Provider]:
    """Return who treats the client, in the order they were recorded."""
    return list(Provider.objects.filter(client=client).order_by("created_at", "pk"))


def event_for(actor: Actor, *, case_id: UUID, event_id: UUID) -> Event:
    """Load one standing fact of a visible case.

    Raises: Event.DoesNotExist.
    """
    events = Event.objects.standing().select_related("case__client", "case__owner")
    return events.filter(case__in=visible_to(actor), case_id=case_id).get(pk=event_id)


def standing_events(case: Case) -> list[Event]:
    """Return the facts of a case that nothing has corrected, oldest first."""
    events = Event.objects.standing().filter(case=case).select_related("recorded_by")
    return list(events.order_by("occurred_on", "recorded_at", "pk"))


def standing_events_in(cases: Iterable[Any]) -> QuerySet[Event]:
    """Return the standing facts of several cases, oldest first."""
    return Event.objects.standing().filter(case__in=cases).order_by("occurred_on", "recorded_at", "pk")


def by_case(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    """Return the rows of several cases by case id, in their order."""
    found = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def events_of(case: Case) -> QuerySet[Event]:
    """Return every fact of a case, corrected ones too, oldest first."""
    events = Event.objects.filter(case=case).select_related("recorded_by")
    return events.order_by("occurred_on", "recorded_at", "pk")


def notes_of(case: Case) -> QuerySet[Note]:
    """Return the notes of a case."""
    return Note.objects.filter(case=case).select_related("written_by")


def timeline(events: Iterable[Event], notes: Iterable[Note]) -> list[Event | Note]:
    """Return all facts and notes of a case, newest first: facts by their own day, corrected ones marked."""
    corrected = {event.corrects_id for event in events}
    for event in events:
        event.is_corrected = event.pk in corrected  # type: ignore[attr-defined]  # for the page
    return sorted([*events, *notes], key=_moment, reverse=True)


def _moment(entry: Event | Note) -> tuple[date, datetime]:
    if isinstance(entry, Event):
        return entry.occurred_on, entry.recorded_at
    return localtime(entry.written_at).date(), entry.written_at


def denials_of(case: Case) -> QuerySet[Denial]:
    """Return the denials of a case, newest first."""
    return Denial.objects.filter(case=case).order_by("-recorded_at")


def denial_of(case: Case) -> Denial | None:
    """Return the newest denial of a case, or None."""
    return denials_of(case).first()


def task_for(actor: Actor, *, task_id: UUID) -> Task:
    """Load one task of a visible case.

    Raises: Task.DoesNotExist.
    """
    tasks = Task.objects.select_related("case__client", "case__owner", "owner", "call")
    return tasks.filter(case__in=visible_to(actor)).get(pk=task_id)


def tasks_of(case: Case) -> list[Task]:
    """Return the tasks of a case: the open ones soonest first, then the closed ones, last closed first."""
    found = Task.objects.filter(case=case).select_related("owner", "call", "done_by", "dropped_by")
    tasks = list(found.order_by("due_on", "created_at"))
    closed = [task for task in tasks if not task.is_open]
    closed.sort(key=lambda task: task.done_at or task.dropped_at or task.created_at, reverse=True)
    return [task for task in tasks if task.is_open] + closed


def open_tasks_for(actor: Actor, upto: date | None = None) -> QuerySet[Task]:
    """Return the open tasks of the open cases the actor may see, soonest first, due by a day or ever."""
    tasks = Task.objects.open().filter(case__in=visible_to(actor).open())
    if upto is not None:
        tasks = tasks.filter(due_on__lte=upto)
    return tasks.select_related("case__client", "owner", "call").order_by("due_on", "created_at")


def calls_of(case: Case) -> list[Call]:
    """Return the calls of a case, newest first."""
    return list(Call.objects.filter(case=case).select_related("recorded_by").order_by("-at", "-recorded_at"))


@dataclass(frozen=True)
class OpenWork:
    """What is open with one person in the organisation in scope."""

    cases: CaseQuerySet
    tasks: Any


def open_work_of(person: User) -> OpenWork:
    """Return the open cases and the open tasks of open cases that are a person's."""
    tasks = Task.objects.open().filter(owner=person, case__closed_at=None).select_related("case")
    return OpenWork(
        Case.objects.open().filter(owner=person).order_by("opened_at"), tasks.order_by("due_on", "pk")
    )


def workers(actor: Actor) -> list[User]:
    """Return the people of the organisation who work cases, by name: an auditor only reads."""
    keys = [key for key, role in ROLES.items() if Permission.CASE_WRITE in role.permissions]
    live = Membership.objects.live().filter(organisation=actor.organisation, role__in=keys)
    return list(User.objects.filter(pk__in=live.values("user_id")).order_by("name"))


def colleagues(actor: Actor) -> list[User]:
    """Return the people of the organisation, by name: those a case may be given to."""
    live = Membership.objects.live().filter(organisation=actor.organisation)
    return list(User.objects.filter(pk__in=live.values("user_id")).order_by("name"))

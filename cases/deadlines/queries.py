"""Reading deadlines: of a case, of everyone, and one with what stands beside it."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Permission
from advocacy.organisations import scope
from cases.casefile.models import Case, Event
from cases.casefile.queries import standing_events, visible_to
from cases.deadlines.derivation import Fact, firsts_of
from cases.deadlines.models import Deadline, pacific_day
from cases.deadlines.rules import Rule, load_rulebook

# Who said something of a date: seen, doubted, checked, done, not needed, another date, more time.
PEOPLE = (
    "seen_by", "doubted_by", "verified_by", "met_by_person", "waived_by", "own_by", "extended_by",
)  # fmt: skip


def deadline_for(actor: Actor, *, case_id: UUID, deadline_id: UUID) -> Deadline:
    """Load one deadline of a visible case, any version.

    Raises: Deadline.DoesNotExist.
    """
    deadlines = Deadline.objects.select_related(
        "case__client", "case__coverage", "case__owner", "trigger__recorded_by"
    )
    return deadlines.filter(case__in=visible_to(actor), case_id=case_id).get(pk=deadline_id)


def people_of(deadline: Deadline) -> QuerySet[User]:
    """Return those who said something of a date. As joins they would cost the most of reading it."""
    said = {getattr(deadline, f"{name}_id") for name in PEOPLE}
    return User.objects.filter(pk__in=said - {None})


def name_people(deadline: Deadline, people: Iterable[User]) -> None:
    """Put the people that were read beside a date in their places on it."""
    by_id = {person.pk: person for person in people}
    for name in PEOPLE:
        setattr(deadline, name, by_id.get(getattr(deadline, f"{name}_id")))


def of_case(case: Case) -> QuerySet[Deadline]:
    """Return every version of every clock of the case, soonest first."""
    dates = Deadline.objects.filter(case=case).select_related("trigger", "seen_by", "verified_by")
    return dates.order_by("act_at", "version")


def open_for(actor: Actor) -> QuerySet[Deadline]:
    """Return the open deadlines of the open cases the actor may see, soonest first."""
    return (
        Deadline.objects.open()
        .filter(case__in=visible_to(actor).open())
        .select_related("case__client", "case__coverage", "case__owner", "trigger")
        .order_by("act_at", "pk")
    )


def facts_of(case: Case) -> list[Fact]:
    """Return the standing facts of a case as the clocks read them."""
    return [_fact(event) for event in standing_events(case)]


def firsts_in(case: Case) -> dict[str, Fact]:
    """Return the earliest standing fact of each kind, without those a later withdrawal took back."""
    return firsts_of(facts_of(case))


def _fact(event: Event) -> Fact:
    received_on = event.details.get("received_on")
    return Fact(
        id=event.pk,
        kind=event.kind,
        on=event.occurred_on,
        at=event.occurred_at,
        outcome=str(event.details.get("outcome", "")),
        reason=str(event.details.get("reason", "")),
        received_on=date.fromisoformat(received_on) if received_on else None,
    )


class Check(StrEnum):
    """Whether a person may check the start of a date, as the second one."""

    OTHER = "somebody else wrote it down"
    SELF = "nobody else is here, and another day has come"
    SOMEBODY_ELSE = "somebody else has to"
    TOMORROW = "on another day"


def check_by(deadline: Deadline, *, person_id: UUID, now: datetime) -> Check:
    """Return whether the person may check the date: not who recorded the fact, unless they are alone."""
    if deadline.trigger.recorded_by_id != person_id:
        return Check.OTHER
    others = Membership.objects.live().filter(organisation_id=scope.current_organisation_id())
    if any(Permission.CASE_WRITE in each.rights.permissions for each in others.exclude(user_id=person_id)):
        return Check.SOMEBODY_ELSE
    return Check.SELF if pacific_day(now) > pacific_day(deadline.trigger.recorded_at) else Check.TOMORROW


def open_dates(case: Case) -> list[Deadline]:
    """Return the dates of the case that run, soonest first: closing asks about each."""
    return list(Deadline.objects.open().filter(case=case).order_by("act_at", "pk"))


def may_close(actor: Actor, case: Case) -> bool:
    """True for who leads, and for who works the case."""
    return actor.can(Permission.CASE_ASSIGN) or (
        actor.can(Permission.CASE_WRITE) and case.owner_id == actor.id
    )


def extension_of(deadline: Deadline) -> Rule | None:
    """Return the rule by which the time may be extended, None where the law names none."""
    slug = deadline.law.extended_by
    return load_rulebook().rule(slug, deadline.nominal_on) if slug else None

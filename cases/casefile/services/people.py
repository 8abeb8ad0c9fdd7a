"""Acts on who works here, as far as their cases and tasks are concerned: nothing is left without an owner."""

from datetime import datetime

from django.db import transaction

from advocacy.accounts import services as accounts
from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Permission, Role
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.organisations import scope
from cases.casefile.models import Case, Task
from cases.casefile.queries import open_work_of
from cases.casefile.services.work import CannotSeeCase, require_sight


class NobodyForCases(Refusal):
    words = "Choose who takes the open cases"
    field = "cases_to"


class NobodyForTasks(Refusal):
    words = "Choose who takes the open tasks"
    field = "tasks_to"


class CannotTakeTasks(Refusal):
    words = "They see only cases of their own. Choose somebody who sees these cases"
    field = "tasks_to"


class CannotTakeCases(Refusal):
    words = "Choose somebody who works cases here"
    field = "cases_to"


class StillHasWork(Refusal):
    words = "With this role they could not do what is open with them. Give it to somebody first"
    field = "role"


@transaction.atomic
def hand_over(
    *, person: User, cases_to: User | None, tasks_to: User | None, by: User, now: datetime
) -> tuple[int, int]:
    """Give all of a person's open cases and tasks to others; return how many of each.

    Reminders follow the owner of the case with the next plan.

    Raises: NobodyForCases, NobodyForTasks, CannotTakeCases, CannotTakeTasks.
    """
    work = open_work_of(person)
    cases, tasks = list(work.cases), list(work.tasks)
    _give_cases(cases, to=cases_to, person=person, by=by, now=now)
    if tasks and (tasks_to is None or tasks_to == person):
        raise NobodyForTasks
    for task in tasks:
        assert tasks_to is not None
        _give_task(task, to=tasks_to, by=by, now=now)
    return len(cases), len(tasks)


def _give_cases(cases: list[Case], *, to: User | None, person: User, by: User, now: datetime) -> None:
    if not cases:
        return
    if to is None or to == person:
        raise NobodyForCases
    if not _may_work(to):
        raise CannotTakeCases
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(owner=to)
    for case in cases:
        audit.record(act="case given", at=now, actor_id=by.pk, client_id=case.client_id, subject=case)


def _give_task(task: Task, *, to: User, by: User, now: datetime) -> None:
    task.case.refresh_from_db(fields=["owner"])
    try:
        require_sight(to, task.case)
    except CannotSeeCase as unseen:
        raise CannotTakeTasks from unseen
    if not _may_work(to):
        raise CannotTakeTasks("Choose somebody who works cases here")
    Task.objects.filter(pk=task.pk).update(owner=to)
    audit.record(act="task given", at=now, actor_id=by.pk, client_id=task.client_id, subject=task)


def _may_work(person: User) -> bool:
    membership = (
        Membership.objects.live().filter(organisation_id=scope.current_organisation_id(), user=person).first()
    )
    return membership is not None and Permission.CASE_WRITE in membership.rights.permissions


@transaction.atomic
def leave(
    *, membership: Membership, cases_to: User | None, tasks_to: User | None, by: Membership, now: datetime
) -> tuple[int, int]:
    """End a person's place here in one act: work handed over, keys and sessions ended. Return what was given.

    Raises: LastOwner, HasLeft, and what `hand_over` raises. None of them changes anything.
    """
    accounts.end_membership(membership=membership, by=by, now=now)
    return hand_over(person=membership.user, cases_to=cases_to, tasks_to=tasks_to, by=by.user, now=now)


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Membership, now: datetime) -> None:
    """Give a member another role, if they can do with it what is open with them.

    Raises: StillHasWork, LastOwner, HasLeft.
    """
    work = open_work_of(membership.user)
    may = role.permissions
    if Permission.CASE_WRITE not in may and (work.cases.exists() or work.tasks.exists()):
        raise StillHasWork
    unseen = work.tasks.exclude(case__owner=membership.user)
    if Permission.CASE_READ_ALL not in may and unseen.exists():
        raise StillHasWork
    accounts.set_role(membership=membership, role=role, by=by, now=now)

"""The daily work on a case: calls, what was promised in them, and tasks."""

from datetime import date, datetime

from django.db import transaction

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Permission
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.organisations import scope
from cases.casefile.models import Call, Case, Task, TaskKind
from cases.casefile.moves import promised
from cases.casefile.services.facts import CALIFORNIA, NotAColleague


class CallInFuture(Refusal):
    words = "This moment has not come yet. Enter when the call was"
    field = "time"


class PromiseWithoutDay(Refusal):
    words = "Enter the day they promised it for. No day? Put the words into what was said"
    field = "promised_on"


class DayWithoutPromise(Refusal):
    words = "Enter what they promised for that day"
    field = "promise"


class PromiseBeforeCall(Refusal):
    words = "Enter a day on or after the day of the call"
    field = "promised_on"


class DueInPast(Refusal):
    words = "This day is over. Enter today or a later day"
    field = "due_on"


class CannotSeeCase(Refusal):
    words = "They see only cases of their own. Give them the case first"
    field = "owner"


class TaskIsOver(Refusal):
    words = "Somebody has closed this task already"


@transaction.atomic
def log_call(
    *,
    case: Case,
    at: datetime,
    with_whom: str,
    person: str,
    phone: str,
    reference: str,
    said: str,
    promise: str,
    promised_on: date | None,
    by: User,
    now: datetime,
) -> Call:
    """Record a call. What was promised for a day becomes a task of who works the case.

    Raises: CallInFuture, PromiseWithoutDay, DayWithoutPromise, PromiseBeforeCall.
    """
    promise = promise.strip()
    if at > now:
        raise CallInFuture
    _require_whole_promise(promise, promised_on, called_on=at.astimezone(CALIFORNIA).date())
    call: Call = Call.objects.create(
        client_id=case.client_id,
        case=case,
        at=at,
        with_whom=with_whom,
        person=person.strip(),
        phone=phone.strip(),
        reference=reference.strip(),
        said=said.strip(),
        promise=promise,
        promised_on=promised_on,
        recorded_at=now,
        recorded_by=by,
    )
    audit.record(act="call logged", at=now, actor_id=by.pk, client_id=case.client_id, subject=call)
    if promised_on:
        _create(
            case=case, what=promised(with_whom, promise), due_on=promised_on, owner=_keeper(case, by), by=by,
            now=now, call=call,
        )  # fmt: skip
    return call


def follow_up(*, case: Case, what: str, due_on: date, by: User, now: datetime) -> Task:
    """Add a task that comes of what was recorded, for who works the case; a day that has passed is today."""
    today = now.astimezone(CALIFORNIA).date()
    return _create(case=case, what=what, due_on=max(due_on, today), owner=_keeper(case, by), by=by, now=now)


@transaction.atomic
def ask(*, case: Case, what: str, owner: User, now: datetime, kind: str = TaskKind.ORDINARY) -> Task:
    """Add a task for today that no person thought of: a job found what must be done.

    A task has a maker, so its owner stands as that too; the record names nobody.

    Raises: NotAColleague, CannotSeeCase.
    """
    require_sight(owner, case)
    today = now.astimezone(CALIFORNIA).date()
    return _create(case=case, kind=kind, what=what, due_on=today, owner=owner, by=None, now=now)


def _keeper(case: Case, by: User) -> User:
    """The owner of the case may have left since: then whoever records it keeps it in view."""
    return case.owner if _membership(case.owner) else by


def _require_whole_promise(promise: str, promised_on: date | None, *, called_on: date) -> None:
    if promise and promised_on is None:
        raise PromiseWithoutDay
    if promised_on and not promise:
        raise DayWithoutPromise
    if promised_on and promised_on < called_on:
        raise PromiseBeforeCall


@transaction.atomic
def add_task(*, case: Case, what: str, due_on: date, owner: User, by: User, now: datetime) -> Task:
    """Add something to do by a day of our own choice.

    Raises: DueInPast, NotAColleague, CannotSeeCase.
    """
    if due_on < now.astimezone(CALIFORNIA).date():
        raise DueInPast
    require_sight(owner, case)
    return _create(case=case, what=what.strip(), due_on=due_on, owner=owner, by=by, now=now)


@transaction.atomic
def take_back(*, task: Task, reason: str, now: datetime) -> None:
    """Take a task that a job gave off its owner's list; one that is closed already stays as it is."""
    said = {"dropped_at": now, "dropped_by_id": task.owner_id, "drop_reason": reason}
    if Task.objects.open().filter(pk=task.pk).update(**said):
        audit.record(act="task taken back", at=now, actor_id=None, client_id=task.client_id, subject=task)


def _create(
    *,
    case: Case,
    what: str,
    due_on: date,
    owner: User,
    by: User | None,
    now: datetime,
    call: Call | None = None,
    kind: str = TaskKind.ORDINARY,
) -> Task:
    task: Task = Task.objects.create(
        client_id=case.client_id,
        case=case,
        kind=kind,
        what=what,
        due_on=due_on,
        owner=owner,
        call=call,
        created_at=now,
        created_by=by or owner,
    )
    actor_id = by.pk if by else None
    audit.record(act="task added", at=now, actor_id=actor_id, client_id=case.client_id, subject=task)
    return task


@transaction.atomic
def finish_task(*, task: Task, by: User, now: datetime) -> Task:
    """Mark a task done, and return it as it stands. A second time changes nothing: the first name stands.

    Raises: TaskIsOver (it was dropped).
    """
    if Task.objects.open().filter(pk=task.pk).update(done_at=now, done_by=by):
        audit.record(act="task done", at=now, actor_id=by.pk, client_id=task.client_id, subject=task)
    fresh = _fresh(task)
    if fresh.dropped_by:
        raise TaskIsOver(f"{fresh.dropped_by.name} dropped this task already")
    return fresh


@transaction.atomic
def drop_task(*, task: Task, reason: str, by: User, now: datetime) -> None:
    """Take a task off the list without doing it, and say why.

    Raises: TaskIsOver.
    """
    said = {"dropped_at": now, "dropped_by": by, "drop_reason": reason.strip()}
    if not Task.objects.open().filter(pk=task.pk).update(**said):
        raise _over(task)
    audit.record(act="task dropped", at=now, actor_id=by.pk, client_id=task.client_id, subject=task)


@transaction.atomic
def give_task(*, task: Task, owner: User, by: User, now: datetime) -> None:
    """Give a task to a colleague.

    Raises: NotAColleague, CannotSeeCase, TaskIsOver.
    """
    require_sight(owner, task.case)
    if not Task.objects.open().filter(pk=task.pk).update(owner=owner):
        raise _over(task)
    audit.record(act="task given", at=now, actor_id=by.pk, client_id=task.client_id, subject=task)


def _over(task: Task) -> TaskIsOver:
    fresh = _fresh(task)
    who = fresh.done_by or fresh.dropped_by
    return TaskIsOver(f"{who.name} closed this task already" if who else None)


def _fresh(task: Task) -> Task:
    found: Task = Task.objects.select_related("done_by", "dropped_by").get(pk=task.pk)
    return found


def require_sight(person: User, case: Case) -> None:
    """A task that its owner cannot open would be done by nobody."""
    membership = _membership(person)
    if membership is None:
        raise NotAColleague
    if Permission.CASE_READ_ALL not in membership.rights.permissions and case.owner_id != person.pk:
        raise CannotSeeCase


def _membership(person: User) -> Membership | None:
    organisation_id = scope.current_organisation_id()
    return Membership.objects.live().filter(organisation_id=organisation_id, user=person).first()

"""A reminder that reached nobody becomes a task of somebody else, named: no failure ends as a state."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ADVOCATE, OWNER, SUPERVISOR, Permission
from advocacy.kernel import logs
from advocacy.organisations import scope
from advocacy.organisations.services import job_in
from cases.casefile.models import Case, Task
from cases.casefile.services import ask
from cases.deadlines.models import State as DeadlineState
from reminders.models import Attempt, Handover, Reminder, State
from reminders.planning import CLIENT
from reminders.queries import roster

log = logs.get(__name__)

# What a reminder is once its mail came back; as urgent as one that never went.
CAME_BACK = State.PARKED
_SENT_OR_ON_ITS_WAY = (State.SENT, State.PLANNED)


def hand_over_parked(*, now: datetime) -> int:
    """Ask somebody for each parked reminder of the organisation in scope; return how many reminders.

    Called each minute and after each park: a crash between the park and the task costs a minute. Two at
    once make one task. Nobody is asked about a date that no longer stands.
    """
    last = Attempt.objects.filter(reminder=OuterRef("pk")).order_by("-at", "-number")
    unasked = (
        _parked()
        .filter(~Exists(Handover.objects.filter(reminder=OuterRef("pk"))))
        .annotate(last_answer=Subquery(last.values("answer")[:1]))
    )
    return _ask_for(dict(unasked.values_list("pk", "last_answer")), now)


def waiting_for_a_person() -> int:
    """Return how many parked reminders of the organisation in scope no person was asked about yet."""
    asked = Handover.objects.filter(reminder=OuterRef("pk"))
    return _parked().filter(~Exists(asked)).count()


def hand_over(*, reminder_ids: Collection[UUID], answer: str, now: datetime) -> int:
    """Ask somebody to tell whom these parked reminders did not reach; return for how many.

    One open task serves all reminders of one date to one person. Zero if nobody is left to be asked.
    """
    return _ask_for(dict.fromkeys(reminder_ids, answer), now)


def _ask_for(answers: Mapping[UUID, str | None], now: datetime) -> int:
    if not answers:
        return 0
    members = _members(now)
    # Locked, then looked at: of two rounds at once the second one sees what the first one did.
    locked = _parked().filter(pk__in=answers).select_for_update(of=("self",)).order_by("pk")
    reminders = list(locked.select_related("recipient", "contact", "client", "case__owner"))
    done = set(Handover.objects.filter(reminder__in=reminders).values_list("reminder_id", flat=True))
    handed = 0
    for reminder in reminders:
        if reminder.pk in done:
            continue
        try:
            with transaction.atomic():
                handed += _hand_over(reminder, answers[reminder.pk] or "", members, now)
        except Exception as error:
            # The others do not wait for it; the name only, since the words may hold a client's.
            log.error("handover.failed", outcome=type(error).__name__)
    return handed


def _hand_over(reminder: Reminder, answer: str, members: Sequence[Membership], now: datetime) -> bool:
    task = _open_task(reminder) or _new_task(reminder, members, now)
    if task is None:
        return False
    Handover.objects.create(
        client_id=reminder.client_id, reminder=reminder, task=task, at=now, answer=answer[:250]
    )
    return True


def bounced(*, organisation_id: UUID, row_id: UUID, words: str, now: datetime) -> set[str]:
    """Take back that a mail arrived, and ask somebody; return whom it was sent to.

    `row_id` is what the mail's Message-ID carries. Of no mail of ours, and of one that is known to have come
    back, nothing is changed, and nobody returned.
    """
    with job_in(organisation_id):
        rows = _rows_of(row_id)
        for row in rows:
            # A sender that is just noting its yes finds the row no longer its own.
            Reminder.objects.filter(pk=row.pk).update(state=CAME_BACK, sent_at=None, lease_until=None)
            Attempt.objects.create(
                client_id=row.client_id,
                reminder=row,
                at=now,
                number=row.attempts,
                outcome="parked",
                answer=f"came back: {words}"[:250],
            )
        hand_over(reminder_ids=[row.pk for row in rows], answer=words, now=now)
    return {row.told_address for row in rows}


def update_bounced(*, organisation_id: UUID, case_id: UUID, now: datetime) -> None:
    """Ask somebody to reach the client: the mail that says "there is something new" came back.

    One open task serves all such mails of a case, to whoever reads the file.
    """
    with job_in(organisation_id):
        case = Case.objects.select_related("client", "owner").select_for_update(of=("self",)).get(pk=case_id)
        owner = whom_to_ask(case, unreached=case.client_id, members=_members(now))
        what = (
            f"Our mail to {case.client.called[:120]} came back: find a safe way to say that we wrote to them"
        )
        if owner and not Task.objects.open().filter(case=case, what=what).exists():
            ask(case=case, what=what, owner=owner, now=now)


def _rows_of(row_id: UUID) -> Sequence[Reminder]:
    """Return the reminders that this mail told of, and that nobody knows yet to have come back."""
    tried = Reminder.objects.filter(attempts__gt=0, state__in=_SENT_OR_ON_ITS_WAY)
    return list(
        tried.select_for_update(of=("self",))
        .select_related("recipient", "contact", "client")
        .filter(mail_id=row_id)
    )


def _parked() -> QuerySet[Reminder]:
    standing = Q(deadline__state=DeadlineState.OPEN, case__closed_at=None)
    standing |= Q(nudge__isnull=False, nudge__done_at=None)
    found: QuerySet[Reminder] = Reminder.objects.filter(standing, state=State.PARKED)
    return found


def _members(now: datetime) -> list[Membership]:
    """Who can be asked: who is here, or everybody if all are away."""
    live = Membership.objects.live().filter(organisation_id=scope.current_organisation_id())
    members, away = list(live.select_related("user").order_by("joined_at", "pk")), roster(now).away
    return [each for each in members if each.user_id not in away] or members


def _open_task(reminder: Reminder) -> Task | None:
    same = Handover.objects.filter(
        reminder__deadline=reminder.deadline_id, reminder__told_id=reminder.told_id,
        task__done_at=None, task__dropped_at=None,
    )  # fmt: skip
    found = same.select_related("task").first()
    return found.task if found else None


def _new_task(reminder: Reminder, members: Sequence[Membership], now: datetime) -> Task | None:
    owner = whom_to_ask(reminder.case, unreached=reminder.told_id, members=members)
    if owner is None:
        return None
    return ask(case=reminder.case, what=_words(reminder, owner), owner=owner, now=now)


def whom_to_ask(case: Case, *, unreached: UUID, members: Sequence[Membership]) -> User | None:
    """Return who tells the person that could not be reached: anybody before that person alone.

    The case's owner; else a supervisor, an owner of the organisation or an advocate, whoever is there
    longest; else the person themself, who finds it on Today. None if nobody is left who may see the case.
    """
    others = {member.user_id: member for member in members if member.user_id != unreached}
    if case.owner_id in others:
        return others[case.owner_id].user
    for role in (SUPERVISOR, OWNER, ADVOCATE):
        found = [member.user for member in others.values() if member.role == role.key]
        if found:
            return found[0]
    for member in members:
        sees = member.user_id == case.owner_id or Permission.CASE_READ_ALL in member.rights.permissions
        if member.user_id == unreached and sees:
            return member.user
    return None


def _words(reminder: Reminder, owner: User) -> str:
    number = reminder.case.number
    if owner.pk == reminder.recipient_id:
        return f"A reminder could not be sent to you: see the date of case {number}, and check your address"
    name = reminder.told_name[:120]
    if reminder.rung == CLIENT:
        # They chose e-mail: a call may not be safe.
        return f"A mail did not reach {name}: find a safe way to tell them of the date of case {number}"
    return f"A reminder could not be sent: tell {name} of the date of case {number} by phone"

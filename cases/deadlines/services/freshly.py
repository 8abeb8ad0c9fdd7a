"""A deadline as it stands at this moment, and the trace that an act on it leaves."""

from datetime import datetime

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel import queues
from advocacy.kernel.errors import Refusal
from cases.casefile.services import write_note
from cases.deadlines.models import Deadline, State
from cases.deadlines.services.recompute import lock


class NotOpen(Refusal):
    words = "This date is no longer open. Open the case again to see where it stands"


def fresh(deadline: Deadline) -> Deadline:
    """Read the row again with its case locked: a recompute may have replaced it since the page was shown."""
    lock(deadline.case_id)
    found: Deadline = Deadline.objects.select_related("case", "trigger").get(pk=deadline.pk)
    return found


def fresh_open(deadline: Deadline) -> Deadline:
    """The same, for acts on what still runs.

    Raises: NotOpen.
    """
    found = fresh(deadline)
    if found.state != State.OPEN:
        raise NotOpen
    return found


def trace(deadline: Deadline, act: str, words: str, *, by: User, now: datetime) -> None:
    """Leave the act in the audit and in the case's notes, and have the reminders planned again."""
    audit.record(act=act, at=now, actor_id=by.pk, client_id=deadline.client_id, subject=deadline)
    write_note(case=deadline.case, text=f"{deadline.title}: {words}", by=by, now=now)
    queues.ring("reminders.tasks.plan")

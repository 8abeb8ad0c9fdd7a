"""R14: the date is moved, the case closed or given to somebody else, in the second before a mail about it."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from threading import Thread
from typing import Any
from unittest.mock import patch
from uuid import UUID

from advocacy.mail.messages import Message
from tests.chaos.running import Box, broken_invariants, clock_at, morning, plan_at, send_at
from tests.chaos.staging import OURS_DAYS, query, stage
from tests.chaos.trial import Experiment, Finding, Trial, broken

ACTS = ("moved", "closed", "given")
# When it happens: before the row is claimed; claimed, not yet looked at again; together with the look, a few
# milliseconds early or late; looked at and on its way to the server. The last cannot be helped.
MOMENTS = ("before", "claimed", "beside", "beside", "on its way")
DAYS_LEFT = 2


@dataclass
class Life:
    """One case: what happens to it and when, and by the process's clock when it was done and looked at."""

    deadline: UUID
    case: UUID
    organisation: UUID
    act: str
    moment: str
    done: float = 0.0
    looked: float = 0.0
    mails: list[Message] = field(default_factory=list)


@dataclass
class Play:
    """All lives of one run, by their reminder: each goes alone, in a mail of the same id."""

    now: datetime
    chance: random.Random
    lives: dict[UUID, Life] = field(default_factory=dict)
    # When each row was last looked at, and by its date when that was changed: later runs find the dates of
    # earlier ones, of which several people are told, and a change beside one mail is beside the others too.
    looked: dict[UUID, float] = field(default_factory=dict)
    changed: dict[UUID, list[float]] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)

    def do(self, life: Life) -> None:
        _act(life, self.now)
        life.done = time.monotonic()
        self.changed.setdefault(life.deadline, []).append(life.done)

    def look(self, row: UUID) -> None:
        """The sender is about to look at a row again: the last moment of what shall happen before."""
        self._play(row)
        self.looked[row] = time.monotonic()

    def _play(self, row: UUID) -> None:
        life = self.lives.get(row)
        if life is None or life.looked:
            return
        if life.moment == "claimed":
            self.do(life)
        elif life.moment == "beside":
            thread = Thread(target=self._beside, args=[life, self.chance.uniform(0.0, 0.02)])
            thread.start()
            self.threads.append(thread)
            time.sleep(self.chance.uniform(0.0, 0.03))
        life.looked = time.monotonic()

    def _beside(self, life: Life, delay: float) -> None:
        from django.db import connections

        time.sleep(delay)
        try:
            self.do(life)
        finally:
            connections.close_all()

    def going(self, row: UUID, message: Message) -> None:
        life = self.lives.get(row)
        if life is not None:
            life.mails.append(message)
            if life.moment == "on its way":
                self.do(life)


def run(trial: Trial) -> Finding:
    people, runs = trial.scaled(250, 40), trial.scaled(4, 1)
    counts: Counter[str] = Counter()
    violations: list[str] = []
    # Of this run and of those before it: they share a database.
    late: list[UUID] = []
    for number in range(runs):
        now = morning(30 * number, at=time_of_day(9))
        with clock_at(now):
            stage(trial.database, dates=people, days_left=DAYS_LEFT, now=now)
        play = _play(trial, now, random.Random(trial.seed + number))
        violations += _judge(play, counts)
        late += _on_their_way(trial, play)
        violations += broken_invariants(trial.database, now + timedelta(minutes=5), on_their_way=late)
    figure = (
        f"{runs * people} changes ({', '.join(f'{counts[name]} {name}' for name in ACTS)}), "
        f"{counts['beside']} beside the look; told after the change {counts['told']}; "
        f"{counts['late']} came between the last look and the server's yes"
    )
    return Finding(figure, runs=runs * people, violations=violations)


def _play(trial: Trial, now: datetime, chance: random.Random) -> Play:
    play = Play(now, chance)
    plan_at(now)
    rows = query(
        trial.database,
        "SELECT r.id, r.deadline_id, r.case_id, r.organisation_id FROM reminder r JOIN case_file c "
        "ON c.id = r.case_id WHERE r.state = 'planned' AND r.send_at <= %s AND c.closed_at IS NULL "
        "AND r.recipient_id = c.owner_id ORDER BY r.id",
        now,
    )
    for row, deadline, case, organisation in rows:
        play.lives[row] = Life(deadline, case, organisation, chance.choice(ACTS), chance.choice(MOMENTS))
    with clock_at(now):
        for life in play.lives.values():
            if life.moment == "before":
                play.do(life)
    box = Box(lambda: now)
    box.before = lambda message: play.going(_row(message), message)
    with _watched(trial, play):
        send_at(now, box)
    for thread in play.threads:
        thread.join()
    # What was changed is planned again, and the new date is told.
    plan_at(now + timedelta(minutes=2))
    send_at(now + timedelta(minutes=2), Box(lambda: now))
    return play


def _watched(trial: Trial, play: Play) -> ExitStack:
    """Have each look of the sender announced; leave the look out if the safeguard is off."""
    from reminders import delivery
    from reminders.services import rechecking

    stack, real = ExitStack(), delivery.ReminderClaim.message

    def announced(claim: Any, now: datetime) -> Message | None:
        play.look(claim.mail_id)
        return real(claim, now)

    stack.enter_context(patch.object(delivery.ReminderClaim, "message", announced))
    if trial.off:
        stack.enter_context(patch.object(rechecking, "is_wanted", lambda *_: True))
    return stack


def _row(message: Message) -> UUID:
    from advocacy.mail.messages import read_message_id

    place = read_message_id(message.message_id)
    assert place is not None
    return place[1]


def _act(life: Life, now: datetime) -> None:
    """Do it as the pages do."""
    from django.db import transaction

    from advocacy.organisations.scope import Door, scope
    from cases.deadlines.models import Deadline

    acts: dict[str, Callable[..., None]] = {"moved": _move, "closed": _close, "given": _give}
    with scope(life.organisation, door=Door.STAFF), transaction.atomic():
        acts[life.act](Deadline.objects.select_related("case", "trigger").get(pk=life.deadline), now)


def _move(deadline: Any, now: datetime) -> None:
    from cases.casefile.services import correct_event

    earlier: date = deadline.trigger.occurred_on - timedelta(days=1)
    assert (now.date() - earlier).days > OURS_DAYS - DAYS_LEFT
    correct_event(event=deadline.trigger, occurred_on=earlier, received_on=earlier, reason="Read again.",
                  by=deadline.case.owner, now=now)  # fmt: skip


def _close(deadline: Any, now: datetime) -> None:
    from cases.deadlines.services import NoLongerApplies, close_case

    close_case(case=deadline.case, outcome="Over.", decisions={deadline.pk: NoLongerApplies("It is over.")},
               by=deadline.case.owner, now=now)  # fmt: skip


def _give(deadline: Any, now: datetime) -> None:
    from advocacy.accounts.models import Membership
    from cases.casefile.services import correct_case

    case = deadline.case
    others: Sequence[Any] = Membership.objects.live().filter(organisation_id=case.organisation_id)
    other = others.exclude(user=case.owner).order_by("pk").first()
    correct_case(case=case, coverage=case.coverage, service=case.service, urgency=case.urgency,
                 owner=other.user, by=case.owner_id, now=now)  # fmt: skip


def _on_their_way(trial: Trial, play: Play) -> list[UUID]:
    """Return the rows whose date was changed after the last look at them."""
    of = dict(query(trial.database, "SELECT id, deadline_id FROM reminder"))
    return [
        row for row, at in play.looked.items() if any(done > at for done in play.changed.get(of[row], []))
    ]


def _judge(play: Play, counts: Counter[str]) -> list[str]:
    """Count the mails of an old date, to an old owner or of a closed case, by when their change was done."""
    told = 0
    for life in play.lives.values():
        counts[life.act] += 1
        counts["beside"] += life.moment == "beside"
        counts["late"] += bool(life.mails) and life.done > life.looked
        told += bool(life.mails) and 0 < life.done <= life.looked
    counts["told"] += told
    undone = sum(not life.done for life in play.lives.values())
    return broken(told_of_what_was_over=told, changes_that_never_came=undone)


EXPERIMENT = Experiment(
    id="R14",
    failure="a date is moved, a case closed or given away, in the second before the mail",
    target="0 messages about a superseded date: the last look decides",
    safeguard="the look before each send",
    budget=90,
    run=run,
)

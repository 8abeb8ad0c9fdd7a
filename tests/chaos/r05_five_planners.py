"""R5: five of everything at once, for thirty days: planners that begin together, then senders that do."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from tests.chaos.running import Box, at_once, broken_invariants, clock_at, morning
from tests.chaos.staging import query, stage
from tests.chaos.trial import Experiment, Finding, Trial, broken

PLANNERS = 5
# Each of the steps T-30 to T-0 falls into the days that are played.
DAYS_LEFT = 30


def run(trial: Trial) -> Finding:

    people, days = trial.scaled(100, 6), trial.scaled(31, 4)
    with clock_at(morning(-1)):
        stage(trial.database, dates=people, days_left=DAYS_LEFT + 1, organisations=3, now=morning(-1))
    if trial.off:
        query(trial.database, "ALTER TABLE reminder DROP CONSTRAINT reminder_once")
    at = morning()
    box = Box(lambda: at)
    for day in range(days):
        at = morning(day) + timedelta(seconds=5)
        with clock_at(at):
            at_once([lambda: _plan(trial)] * PLANNERS)
            at_once([lambda: _send(box)] * PLANNERS)
    ids = [taken.message.message_id for taken in box.taken]
    violations = broken(
        rows_too_many=_too_many(trial),
        mails_sent_twice=len(ids) - len(set(ids)),
        dates_told_twice_a_day=_twice_a_day(trial, box),
    )
    violations += broken_invariants(trial.database, at + timedelta(minutes=2))
    if len(ids) < people:
        violations.append(f"only {len(ids)} mails: too few to prove anything")
    figure = (
        f"{days} days, {PLANNERS} planners and {PLANNERS} senders at once, {people} dates, {len(ids)} mails"
    )
    return Finding(figure, runs=days * PLANNERS, violations=violations)


def _plan(trial: Trial) -> None:
    from django.db import connection

    from reminders import rounds

    with connection.execute_wrapper(_without_locks) if trial.off else nullcontext():
        rounds.plan()


def _without_locks(execute: Any, statement: Any, values: Any, many: bool, context: Any) -> Any:
    """Let no planner wait for another."""
    if "pg_advisory" in str(statement):
        return execute("SELECT 1", None, many, context)
    return execute(statement, values, many, context)


def _send(box: Box) -> None:
    from reminders import rounds

    while rounds.send(out=box, failed=set()):
        pass


def _too_many(trial: Trial) -> int:
    """Return how many rows are there beyond one for each deadline, step, day, person and channel."""
    key = "deadline_id, step, step_on, told_id, channel"
    [(extra,)] = query(trial.database, f"SELECT count(*) - count(DISTINCT ({key})) FROM reminder")
    return int(extra)


def _twice_a_day(trial: Trial, box: Box) -> int:
    deadlines = dict(query(trial.database, "SELECT coalesce(mail_id, id), deadline_id FROM reminder"))
    told = [(deadlines[taken.mail], taken.message.to, taken.at.date()) for taken in box.taken]
    return len(told) - len(set(told))


EXPERIMENT = Experiment(
    id="R5",
    failure="five planners, and five senders, at once for thirty days",
    target="0 extra rows, 0 mails twice",
    safeguard="the unique key, and the lock of an organisation's planners",
    budget=35,
    run=run,
)

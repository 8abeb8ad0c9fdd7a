"""R6: clocks jump three hours, a worker is ten minutes off, and both changes of the clocks, in four zones."""

import random
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

from advocacy.kernel import clock
from advocacy.mail.messages import Message
from tests.chaos.running import Box, broken_invariants, clock_at
from tests.chaos.staging import query, stage
from tests.chaos.trial import Experiment, Finding, Trial, broken

ZONES = ("America/Los_Angeles", "America/New_York", "Pacific/Honolulu", "America/Phoenix")
# The Sundays on which clocks change. Each date is the Monday after, by the reference table of the rulebook:
# 180 days after 6 May and after 16 September 2026, counted by hand.
CHANGES = {date(2026, 11, 1): date(2026, 5, 6), date(2027, 3, 14): date(2026, 9, 16)}
STEPS = {"T-3", "T-1", "T-0"}
JUMPS = (timedelta(hours=3), timedelta(hours=-3))
OFF = timedelta(minutes=10)
DAY_BEGINS, DAY_ENDS = time(7), time(20)


def run(trial: Trial) -> Finding:
    runs, people = trial.scaled(5, 1), 1
    changes = list(CHANGES)[: trial.scaled(2, 1)]
    counts: Counter[str] = Counter()
    violations: list[str] = []
    for number in range(runs):
        for sunday in changes:
            found = _days(trial, sunday, people, random.Random(trial.seed + number), counts)
            violations += [f"{sunday}: {each}" for each in found]
    figure = (
        f"{counts['mails']} mails in {len(ZONES)} zones, {counts['jumps']} jumps, "
        f"{counts['jumps within']} of them between claim and mark; "
        f"before 7:00 or after 20:00 {counts['outside']} (by the clock at hand; "
        f"{counts['outside in truth']} in truth, while it was three hours off)"
    )
    return Finding(figure, runs=runs * len(changes), violations=violations)


def _days(trial: Trial, sunday: date, people: int, chance: random.Random, counts: Counter[str]) -> list[str]:
    """Play from the Thursday before to the Monday after, a round each hour or two."""
    from reminders import rounds

    monday = sunday + timedelta(days=1)
    begins = datetime.combine(sunday - timedelta(days=trial.scaled(3, 1)), time(9), UTC)
    with clock_at(begins):
        for zone in ZONES:
            stage(trial.database, dates=people, zone=zone, now=begins,
                  days_left=(monday - _pacific(begins)).days)  # fmt: skip
    truth = begins
    box = Box(lambda: truth)
    # What the clock read when the round of a mail began, and when it went: a jump may lie between.
    read: dict[str, tuple[datetime, datetime]] = {}
    with _off(trial):
        while truth < datetime.combine(monday, time(23), ZoneInfo(ZONES[0])):
            shift = chance.choice(JUMPS) if chance.random() < 0.15 else timedelta()
            counts["jumps"] += bool(shift)
            with clock_at(truth + shift):
                rounds.plan()
            reading = truth + shift + chance.choice((timedelta(), OFF, -OFF))
            with clock_at(reading), _jump_within(box, reading, read, chance, counts):
                while rounds.send(out=box, failed=set()):
                    pass
            truth += trial.scaled(1, 3) * timedelta(minutes=chance.randint(60, 150))
    # The clock is right again: whatever a jump held back goes now.
    box.before = lambda message: read.setdefault(message.message_id, (truth, truth))
    with clock_at(truth):
        rounds.plan()
        while rounds.send(out=box, failed=set()):
            pass
    found = _judge(trial, monday, box, read, counts) + broken_invariants(trial.database, truth)
    query(trial.database, "UPDATE case_file SET closed_at = now(), closed_by_id = owner_id "
                          "WHERE closed_at IS NULL")  # fmt: skip
    # Nobody plans the organisations of a run that is over.
    query(trial.database, "UPDATE organisation SET suspended_at = now() WHERE suspended_at IS NULL")
    return found


def _pacific(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(ZONES[0])).date()


def _jump_within(
    box: Box,
    reading: datetime,
    read: dict[str, tuple[datetime, datetime]],
    chance: random.Random,
    counts: Counter[str],
) -> ExitStack:
    """Have the clock jump between a claim and its mark, now and then: while the server takes the mail."""
    stack = ExitStack()

    def jump(message: Message) -> None:
        read[message.message_id] = reading, clock.now()
        if chance.random() < 0.2:
            counts["jumps within"] += 1
            stack.enter_context(clock_at(reading + chance.choice(JUMPS)))

    box.before = jump
    return stack


def _judge(
    trial: Trial, monday: date, box: Box, read: dict[str, tuple[datetime, datetime]], counts: Counter[str]
) -> list[str]:
    rows = {
        row: (step, state, email, zone)
        for row, step, state, email, zone in query(
            trial.database,
            "SELECT coalesce(r.mail_id, r.id), r.step, r.state, p.email, p.zone "
            "FROM reminder r JOIN case_file c "
            "ON c.id = r.case_id JOIN person p ON p.id = r.recipient_id "
            "WHERE c.closed_at IS NULL AND r.recipient_id = c.owner_id",
        )
    }
    sent = Counter[UUID](taken.mail for taken in box.taken)
    outside = [
        taken for taken in box.taken if taken.mail in rows
        and all(_is_outside(at, rows[taken.mail][3]) for at in read[taken.message.message_id])
    ]  # fmt: skip
    in_truth = sum(taken.mail in rows and _is_outside(taken.at, rows[taken.mail][3]) for taken in box.taken)
    told = {(email, step) for row, (step, _, email, _) in rows.items() if sent[row]}
    steps = STEPS if not (trial.short or trial.off) else STEPS - {"T-3"}
    wanted = {(email, step) for _, _, email, _ in rows.values() for step in steps}
    days = query(
        trial.database,
        "SELECT DISTINCT (act_at AT TIME ZONE 'America/Los_Angeles')::date FROM deadline d "
        "JOIN case_file c ON c.id = d.case_id WHERE c.closed_at IS NULL AND d.state = 'open'",
    )
    counts["mails"] += len(box.taken)
    counts["outside"] += len(outside)
    counts["outside in truth"] += in_truth
    return broken(
        lost=len(wanted - told),
        mails_sent_twice=sum(count - 1 for count in sent.values()),
        sent_outside_7_to_20=len(outside),
        dates_not_of_the_table=len(set(days) ^ {(monday,)}),
    )


def _is_outside(moment: datetime, zone: str) -> bool:
    return not DAY_BEGINS <= moment.astimezone(ZoneInfo(zone)).time() <= DAY_ENDS


def _off(trial: Trial) -> ExitStack:
    """Leave out that eight o'clock is the reader's own."""
    from reminders import planning
    from reminders.services import gathering

    stack = ExitStack()
    if trial.off:
        real = planning.send_instant
        stack.enter_context(
            patch.object(planning, "send_instant", lambda day, zone, at: real(day, "UTC", at))
        )
        stack.enter_context(patch.object(gathering, "leaves_at", lambda now, **_: now))
    return stack


EXPERIMENT = Experiment(
    id="R6",
    failure="clocks jump three hours and are ten minutes off, over both changes of the clocks",
    target="0 lost, 0 twice, none outside 7:00 to 20:00 where the reader is, no date differs from the table",
    safeguard="eight o'clock, and the quiet hours, are in the reader's own zone",
    budget=180,
    run=run,
)

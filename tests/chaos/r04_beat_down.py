"""R4: whatever rings and sends is down six hours, over the steps of 500 dates; then it is back."""

import re
import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from tests.chaos.running import Box, broken_invariants, clock_at, morning, plan_at, send_at
from tests.chaos.staging import query, stage
from tests.chaos.trial import Experiment, Finding, Trial, above, broken

# Days left on the Tuesday: the steps T-14, T-7, T-3 and T-1 fall into the gap, one each.
STEPS = (14, 7, 3, 1)
# The last of them was down five days: several steps of one date fall into it.
GAPS = {"six hours": timedelta(hours=6), "five days": timedelta(days=5)}
LEFT = re.compile(r"(\d+) days? left|\b(today)\b|(\d+) days? past")


def run(trial: Trial) -> Finding:
    people = trial.scaled(500, 12)
    violations: list[str] = []
    mails = slowest = 0.0
    gaps = (
        ["five days"] if trial.off else list(GAPS) if trial.short else ["six hours"] * 3 + ["five days"] * 2
    )
    for number, name in enumerate(gaps):
        # Each gap has dates of its own, a year from those of the others.
        back = morning(400 * number) + timedelta(hours=6) - timedelta(seconds=1)
        down = back - GAPS[name]
        with clock_at(down - timedelta(minutes=10)):
            for left in STEPS:
                stage(
                    trial.database,
                    dates=people // len(STEPS),
                    days_left=left + GAPS[name].days,
                    organisations=3,
                    now=down - timedelta(minutes=10),
                )
        settle(down)
        found, seconds = _come_back(trial, back, people)
        violations += [f"{name}: {each}" for each in found]
        mails, slowest = mails + people, max(slowest, seconds)
        _close(trial, back)
    names = " and ".join(dict.fromkeys(gaps))
    figure = f"{int(mails)} dates, gaps {names}, all sent {slowest:.1f} s after the return"
    slow = above(60, seconds_until_all_are_sent=slowest)
    return Finding(figure, runs=len(gaps), violations=violations, slow=slow)


def settle(moment: Any) -> None:
    """Plan and send just before the gap: what was due by then is told."""
    early = moment - timedelta(minutes=1)
    plan_at(early)
    send_at(early, Box(lambda: early))


def _come_back(trial: Trial, back: Any, people: int) -> tuple[list[str], float]:
    """Plan and send as the first round after the gap does; return what was wrong, and its seconds."""
    began = time.monotonic()
    box = Box(lambda: back)
    with patch_off(trial):
        plan_at(back)
        send_at(back, box)
        seconds = time.monotonic() - began
        send_at(back + timedelta(seconds=30), box)
    told = {taken.mail: _left(taken.message.text) for taken in box.taken}
    rows = query(
        trial.database,
        "SELECT coalesce(r.mail_id, r.id), r.deadline_id, "
        "(d.act_at AT TIME ZONE 'America/Los_Angeles')::date "
        "- (%s AT TIME ZONE 'America/Los_Angeles')::date FROM reminder r JOIN deadline d "
        "ON d.id = r.deadline_id JOIN case_file c ON c.id = d.case_id WHERE c.closed_at IS NULL",
        back,
    )
    deadlines = {row: deadline for row, deadline, _ in rows}
    true_left = {row: left for row, _, left in rows}
    of_mails = [deadlines[taken.mail] for taken in box.taken]
    found = broken(
        dates_without_a_catch_up=people - len(set(of_mails)),
        dates_told_twice=len(of_mails) - len(set(of_mails)),
        wrong_days_left=sum(told[row] != true_left[row] for row in told),
    )
    return found + broken_invariants(trial.database, back + timedelta(minutes=2)), seconds


def _left(text: str) -> int | None:
    """Return the days left that a mail names."""
    if (found := LEFT.search(text)) is None:
        return None
    left, today, past = found.groups()
    return 0 if today else int(left) if left else -int(past)


def _close(trial: Trial, now: Any) -> None:
    """Close the cases of this gap, so that the next one plays alone."""
    query(trial.database, "UPDATE case_file SET closed_at = %s, closed_by_id = owner_id "
                          "WHERE closed_at IS NULL", now)  # fmt: skip


def patch_off(trial: Trial) -> Any:
    """Leave out that older steps collapse into the newest."""
    from contextlib import ExitStack

    stack = ExitStack()
    if trial.off:
        stack.enter_context(patch("reminders.services.gathering.collapse", lambda now: None))
        stack.enter_context(patch("reminders.services.rechecking._newest", lambda rows, now: {}))
    return stack


EXPERIMENT = Experiment(
    id="R4",
    failure="whatever rings and sends is down six hours, and five days",
    target="one catch-up a date, with today's days left; older steps collapsed; sent 60 s after the return",
    safeguard="older steps collapse into the newest",
    budget=95,
    run=run,
)

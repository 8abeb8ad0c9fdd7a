"""R7: a mail server that says no, is slow, says nothing, or breaks off; and then is well again.

Times are scaled by ten: its limits for an answer and for a whole send, its waits, and what the server delays.
The modes play on three stages at once, each with its own database, server and senders: mostly they wait.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import time as time_of_day
from threading import Lock

from tests.chaos.modes import BUSY, CLOSING, DRIP, MIXED, OK, REFUSED, RESET_AFTER, RESET_BEFORE, SILENT, SLOW
from tests.chaos.running import morning
from tests.chaos.scene import scene
from tests.chaos.scratch import connected, scratch_database
from tests.chaos.trial import Experiment, Finding, Trial, above, broken

SCALE = 0.1
SECONDS, MIXED_SECONDS = 45, 300
STAGES = ((CLOSING, REFUSED, DRIP, RESET_BEFORE), (BUSY, SILENT, RESET_AFTER, SLOW), (MIXED,))
BACKLOG_SECONDS = 300.0
DATES = 60
# A no for good, of one address or of all: the row is parked, and a person told.
FOR_GOOD = (REFUSED,)
# The server took these mails, and its yes got lost: a repeat with the same Message-ID cannot be told apart.
REPEATS = (RESET_AFTER, MIXED, SLOW, DRIP)

PARKED = (
    "SELECT r.id FROM reminder r JOIN case_file c ON c.id = r.case_id "
    "WHERE r.state = 'parked' AND c.closed_at IS NULL"
)
NOBODY_TOLD = f"{PARKED} AND NOT EXISTS (SELECT FROM reminder_handover h WHERE h.reminder_id = r.id)"

# The clock that dates are made by, and the database that Django writes to, are the process's.
STAGING = Lock()


def run(trial: Trial) -> Finding:
    if trial.off or trial.short:
        return _finding([_mode(trial, SILENT, 8, 0) if trial.off else _mode(trial, BUSY, 2, 0)])
    with ExitStack() as stack, ThreadPoolExecutor(len(STAGES)) as threads:
        trials = [replace(trial, database=stack.enter_context(scratch_database())) for _ in STAGES]
        return _finding([each for played in threads.map(_in_turn, trials, STAGES) for each in played])


def _in_turn(trial: Trial, modes: Sequence[str]) -> list[Finding]:
    return [
        _mode(trial, mode, MIXED_SECONDS if mode == MIXED else SECONDS, number)
        for number, mode in enumerate(modes)
    ]


def _finding(played: list[Finding]) -> Finding:
    return Finding(
        "; ".join(each.figure for each in played),
        runs=len(played),
        violations=[words for each in played for words in each.violations],
        slow=[words for each in played for words in each.slow],
    )


def _mode(trial: Trial, mode: str, seconds: float, number: int) -> Finding:
    """Fail in one way for so long, then be well."""
    small = trial.short or trial.off
    dates = 12 if small else 2000 if mode == MIXED else DATES
    delays = {"byte_seconds": SCALE, "data_seconds": 20 * SCALE}
    limits = (600, 600) if trial.off else (10 * SCALE, 60 * SCALE)
    with scene(trial, morning(30 * number, at=time_of_day(9)), mode=mode, seed=trial.seed, **delays) as play:
        with STAGING, connected(trial.database):
            play.stage(dates, organisations=min(dates // 10, 8) or 1)
        flags = [f"--timeout={limits[0]}", f"--limit={limits[1]}", f"--waits={0.02 if small else SCALE}"]
        for _ in range(1 if small else 2):
            play.start("--look=0.5", "--lease=9", *flags)
        time.sleep(seconds)
        left, taken = play.left(), len(play.sink.accepted)
        play.sink.mode = OK
        drained = play.wait(patience=10 if trial.off else BACKLOG_SECONDS)
        for worker in play.workers if trial.off else []:
            # It is stuck in a send without a limit, and does not hear that it shall end.
            worker.kill()
        play.stop()
        parked = len(play.ask(PARKED))
        violations = play.judge(repeats=10 * dates if mode in REPEATS else 0)
        violations += broken(parked_and_nobody_told=len(play.ask(NOBODY_TOLD)))
        if mode not in (*FOR_GOOD, MIXED):
            violations += broken(given_up_though_it_may_pass=parked)
    gone = BACKLOG_SECONDS + 1 if drained is None else drained
    return Finding(
        f"{mode} {seconds:.0f} s: {taken} taken, {left} left, {parked} parked; then gone in {gone:.0f} s",
        runs=1,
        violations=[f"{mode}: {each}" for each in violations],
        slow=above(BACKLOG_SECONDS, **{f"{mode}_seconds_until_the_backlog_is_gone": gone}),
    )


EXPERIMENT = Experiment(
    id="R7",
    failure="a mail server that refuses, is slow, half open, or breaks off; then is well",
    target="lost 0; 4xx never given up, 5xx a person told; backlog gone 5 min after it is well",
    safeguard="the limits of one answer and of one send",
    budget=460,
    run=run,
)

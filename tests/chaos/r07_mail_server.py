"""R7: a mail server that says no, is slow, says nothing, or breaks off; and then is well again.

Times are scaled by ten: its limits for an answer and for a whole send, its waits, and what the server delays.
"""

from datetime import time as time_of_day

from tests.chaos.modes import BUSY, CLOSING, DRIP, MIXED, OK, REFUSED, RESET_AFTER, RESET_BEFORE, SILENT, SLOW
from tests.chaos.running import morning
from tests.chaos.scene import scene
from tests.chaos.scratch import wait_until
from tests.chaos.trial import Experiment, Finding, Trial, above, broken

SCALE = 0.1
MODE_SECONDS, MIXED_SECONDS = 45, 300
BACKLOG_SECONDS, STUCK_SECONDS = 300.0, 60.0
DATES = 60
# A no for good, of one address or of all: the row is parked, and a person told.
FOR_GOOD = (REFUSED,)
# The server took these mails, and its yes got lost: a repeat with the same Message-ID cannot be told apart.
REPEATS = (RESET_AFTER, MIXED, SLOW, DRIP)


def run(trial: Trial) -> Finding:
    if trial.off:
        return _finding([_mode(trial, SILENT, 8, 0)], 1)
    if trial.short:
        return _finding(
            [_mode(trial, mode, 2, number) for number, mode in enumerate((BUSY, RESET_BEFORE))], 2
        )
    modes = (CLOSING, BUSY, REFUSED, SILENT, DRIP, RESET_AFTER, RESET_BEFORE, SLOW)
    played = [_mode(trial, mode, MODE_SECONDS, number) for number, mode in enumerate(modes)]
    return _finding([*played, _mode(trial, MIXED, MIXED_SECONDS, len(modes))], len(modes) + 1)


def _finding(played: list[tuple[str, list[str], list[str]]], runs: int) -> Finding:
    figure = "; ".join(words for words, _, _ in played)
    violations = [each for _, found, _ in played for each in found]
    return Finding(
        figure, runs=runs, violations=violations, slow=[each for *_, late in played for each in late]
    )


def _mode(trial: Trial, mode: str, seconds: float, number: int) -> tuple[str, list[str], list[str]]:
    """Fail in one way for so long, then be well; return the figures, what was broken, what was slow."""
    small = trial.short or trial.off
    dates = 12 if small else 2000 if mode == MIXED else DATES
    with scene(trial, morning(30 * number, at=time_of_day(9)), mode=mode, byte_seconds=SCALE,
               data_seconds=20 * SCALE, seed=trial.seed) as play:  # fmt: skip
        play.stage(dates, organisations=min(dates // 10, 8) or 1)
        limits = [] if trial.off else [f"--timeout={10 * SCALE}", f"--limit={60 * SCALE}"]
        waits = SCALE if not small else 0.02
        for _ in range(1 if small else 2):
            play.start(
                "--look=0.5", f"--waits={waits}", "--lease=9", *(limits or ["--timeout=600", "--limit=600"])
            )
        wait_until(lambda: False, patience=seconds)
        in_vain, tried = play.left(), len(play.sink.accepted)
        play.sink.mode = OK
        drained = play.wait(patience=10 if trial.off else BACKLOG_SECONDS)
        play.stop()
        parked = [row for row in play.ask(
            "SELECT r.id FROM reminder r JOIN case_file c ON c.id = r.case_id "
            "WHERE r.state = 'parked' AND c.closed_at IS NULL")]  # fmt: skip
        repeats = 10 * dates if mode in REPEATS else 0
        violations = [f"{mode}: {each}" for each in play.judge(repeats=repeats)]
        if mode not in (*FOR_GOOD, MIXED):
            violations += [f"{mode}: {each}" for each in broken(given_up_though_it_may_pass=len(parked))]
    took = drained if drained is not None else float("inf")
    slow = above(BACKLOG_SECONDS, **{f"{mode}_seconds_until_the_backlog_is_gone": took})
    figure = (
        f"{mode} {seconds:.0f} s: {tried} taken meanwhile, {in_vain} left, {len(parked)} parked, "
        f"gone {took:.0f} s after it was well"
    )
    return figure, violations, slow


EXPERIMENT = Experiment(
    id="R7",
    failure="a mail server that refuses, is slow, half open, or breaks off; then is well",
    target="lost 0; 4xx never given up, 5xx parked with a person told; backlog gone in 5 min; no sender stuck",
    safeguard="the limits of one answer and of one send",
    budget=760,
    run=run,
)

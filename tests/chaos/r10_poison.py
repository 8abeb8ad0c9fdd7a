"""R10: mails that cannot be written: the pen raises, hangs, or takes its process with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as time_of_day
from unittest.mock import patch
from uuid import UUID

from tests.chaos.running import Box, clock_at, morning, send_at
from tests.chaos.scene import Scene, scene
from tests.chaos.scratch import connected, scratch_database, wait_until
from tests.chaos.staging import query, stage
from tests.chaos.trial import Experiment, Finding, Trial, above, broken, worst

# One in a thousand is poisoned.
FATES = ("raises", "hangs", "crashes", "raises", "crashes")
ORGANISATIONS = 4
# For what is parked after five attempts. How long the others wait is measured at the real times.
LEASE, STEP, WAITS = 4.0, 4.0, 0.01
SENDERS, MANY_SENDERS = 2, 3
DAYS_LEFT = 1
MANY = 5000
ALARM_MINUTES = 15
# Each of these goes alone: the mail's id is the row's.
DUE = (
    "SELECT r.id::text FROM reminder r JOIN case_file c ON c.id = r.case_id WHERE r.state = 'planned' "
    "AND c.closed_at IS NULL AND r.send_at <= %s ORDER BY md5(r.id::text)"
)
PARKED = (
    "SELECT r.id::text FROM reminder r JOIN case_file c ON c.id = r.case_id "
    "WHERE r.state = 'parked' AND c.closed_at IS NULL"
)


def run(trial: Trial) -> Finding:
    small = trial.short or trial.off
    # The small form has one of each, and gives up after two attempts in place of five.
    fates = FATES[:3] if small else FATES
    parked_after, violations = _parked(trial, trial.scaled(500, 24), fates)
    figure = f"{len(fates)} poisoned parked after {parked_after:.0f} s, lease {LEASE:.0f} s (90 in service)"
    slow: list[str] = []
    if not small:
        healthy, poisoned = (_delays(trial, MANY, each) for each in ((), fates))
        later = worst(poisoned, 0.99) - worst(healthy, 0.99)
        violations += broken(others_lost=2 * MANY - len(fates) - len(healthy) - len(poisoned))
        slow += above(10, seconds_more_at_p99=later)
        figure += f"; {len(fates)} of {MANY} at the real times: the others' p99 {later:+.1f} s"
    if not trial.off:
        minutes = _minutes_until_parked(trial)
        slow += above(ALARM_MINUTES, minutes_until_one_that_raises_is_parked=minutes)
        figure += f"; one that raises is parked after {minutes:.1f} min at the real waits"
    return Finding(figure, runs=len(fates), violations=violations, slow=slow)


def _parked(trial: Trial, dates: int, fates: tuple[str, ...]) -> tuple[float, list[str]]:
    """Let senders work until all have their end; return the seconds until then, and what broke."""
    with scene(trial, morning(at=time_of_day(9))) as play:
        _, bad, poison = _staged(play, dates, fates)
        flags = [f"--lease={LEASE}", f"--step={STEP}", "--look=0.1", f"--waits={WAITS}", poison]
        flags += ["--attempts=2"] * trial.short + ["--uncounted"] * trial.off
        for _ in range(SENDERS):
            play.start(*flags)
        patience = 12.0 if trial.off else 120.0
        took = play.wait(patience=patience)
        play.stop()
        parked = {UUID(row) for (row,) in play.ask(PARKED)}
        violations = play.judge() + broken(
            others_parked=len(parked - bad), poisoned_and_not_parked=len(bad - parked)
        )
        return took or patience, violations


def _delays(trial: Trial, dates: int, fates: tuple[str, ...]) -> list[float]:
    """Let senders work until all but the poisoned are sent; return how many seconds each of these waited.

    In a database of its own: what is compared must not differ in what was sent before.
    """
    with (
        scratch_database() as fresh,
        connected(fresh),
        scene(replace(trial, database=fresh), morning(at=time_of_day(9))) as play,
    ):
        others, bad, poison = _staged(play, dates, fates)
        began = play.clock.now()
        for _ in range(MANY_SENDERS):
            play.start("--look=0.1", poison)
        # The neighbours of one that crashed wait for its lease.
        wait_until(lambda: play.left() <= len(bad), patience=150, every=0.5)
        play.stop()
        return [(times[0] - began).total_seconds() for row, times in play.sent().items() if row in others]


def _staged(play: Scene, dates: int, fates: tuple[str, ...]) -> tuple[set[UUID], set[UUID], str]:
    """Make dates and poison some; return the others, the poisoned, and the flag that tells a sender which."""
    for number in range(ORGANISATIONS):
        # Of a few people each: they are written to about their dates, and not each sent a digest.
        play.stage(dates // ORGANISATIONS, days_left=DAYS_LEFT, plan=number == ORGANISATIONS - 1)
    due = [row for (row,) in play.ask(DUE, play.clock.now())]
    bad = due[: len(fates)]
    poison = play.folder / "poison"
    poison.write_text("".join(f"{row} {fate}\n" for row, fate in zip(bad, fates, strict=True)))
    return (
        {UUID(row) for row in due} - {UUID(row) for row in bad},
        {UUID(row) for row in bad},
        f"--poison={poison}",
    )


def _minutes_until_parked(trial: Trial) -> float:
    """Let one mail fail by the product's own waits; return after how long it is parked."""
    from reminders import delivery, rounds

    begins = at = morning(360, at=time_of_day(9))
    with clock_at(at):
        stage(trial.database, dates=1, days_left=DAYS_LEFT, now=at)
        rounds.plan()

    def broken_pen(_claim: object, _now: datetime) -> None:
        raise RuntimeError("this one cannot be written")

    with patch.object(delivery.ReminderClaim, "message", broken_pen):
        while not query(trial.database, PARKED) and at - begins < timedelta(hours=1):
            send_at(at, Box(lambda: begins))
            at += timedelta(seconds=15)
    return (at - begins).total_seconds() / 60


EXPERIMENT = Experiment(
    id="R10",
    failure="mails whose writing raises, hangs or crashes",
    target="others: lost 0, p99 at most 10 s later; poison parked, and a person alarmed within 15 minutes",
    safeguard="an attempt counts with the claim",
    budget=245,
    run=run,
)

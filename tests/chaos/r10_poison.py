"""R10: mails that cannot be written: the pen raises, hangs, or takes its process with it."""

from datetime import datetime, timedelta
from datetime import time as time_of_day
from unittest.mock import patch

from tests.chaos.running import Box, clock_at, morning, send_at
from tests.chaos.scene import scene
from tests.chaos.staging import query, stage
from tests.chaos.trial import Experiment, Finding, Trial, above, broken, worst

# One in a thousand is poisoned, in five runs of a thousand.
FATES = ("raises", "hangs", "crashes", "raises", "crashes")
LEASE, STEP, WAITS = 4.0, 4.0, 0.01
SENDERS = 2
DAYS_LEFT = 1
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
    dates = trial.scaled(1000, 24)
    # The small form has all three in one run, and gives up after two attempts in place of five.
    fates = [("raises", "hangs", "crashes")] if trial.short or trial.off else [(each,) for each in FATES]
    violations: list[str] = []
    healthy = [] if trial.short or trial.off else _round(trial, dates, (), 0)[0]
    delays: list[float] = []
    slowest = 0.0
    for number, kinds in enumerate(fates):
        more, found, seconds = _round(trial, dates, kinds, number + 1)
        delays, violations, slowest = delays + more, violations + found, max(slowest, seconds)
    later = worst(delays, 0.99) - worst(healthy, 0.99)
    minutes = 0.0 if trial.off else _minutes_until_parked(trial)
    slow = above(ALARM_MINUTES, minutes_until_one_that_raises_is_parked=minutes)
    # Of a few dozen the poisoned ones' neighbours are a large part: there the figure says nothing.
    slow += above(10, seconds_more_at_p99=later) if len(delays) > 1000 else []
    poisoned = sum(len(kinds) for kinds in fates)
    figure = (
        f"{poisoned} poisoned of {dates * len(fates)}; others: p99 {later:+.1f} s; all parked {slowest:.0f} "
        f"s after the start, lease {LEASE:.0f} s (90 in service); one that raises is parked after "
        f"{minutes:.1f} min at the real waits"
    )
    return Finding(figure, runs=poisoned, violations=violations, slow=slow)


def _round(
    trial: Trial, dates: int, fates: tuple[str, ...], number: int
) -> tuple[list[float], list[str], float]:
    """Poison some, and let senders work until all have their end: the others' delays, what broke, seconds."""
    with scene(trial, morning(30 * number, at=time_of_day(9))) as play:
        play.stage(dates, days_left=DAYS_LEFT, organisations=5)
        due = play.ask(DUE, play.clock.now())
        bad = {row: fate for (row,), fate in zip(due, fates, strict=False)}
        poison = play.folder / "poison"
        poison.write_text("".join(f"{row} {fate}\n" for row, fate in bad.items()))
        flags = [f"--lease={LEASE}", f"--step={STEP}", "--look=0.1", f"--waits={WAITS}", f"--poison={poison}"]
        flags += ["--attempts=2"] * trial.short + ["--uncounted"] * trial.off
        began = play.clock.now()
        for _ in range(SENDERS):
            play.start(*flags)
        patience = 12.0 if trial.off else 120.0
        took = play.wait(patience=patience)
        play.stop()
        parked = {row for (row,) in play.ask(PARKED)}
        violations = play.judge() + broken(
            others_parked=len(parked - set(bad)), poisoned_and_not_parked=len(set(bad) - parked)
        )
        delays = [(times[0] - began).total_seconds() for times in play.sent().values()]
        return delays, violations, took or patience


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
    budget=170,
    run=run,
)

"""R17: senders are asked to end, and others started, again and again while reminders are due."""

from datetime import time as time_of_day

from tests.chaos.running import morning
from tests.chaos.scene import scene
from tests.chaos.scratch import wait_until
from tests.chaos.trial import Experiment, Finding, Trial, broken

SLOWEST_STOP = 30.0
SECONDS_A_MAIL, SECONDS_AFTER = 0.01, 0.02


def run(trial: Trial) -> Finding:
    people, restarts = trial.scaled(6000, 300), trial.scaled(60, 4)
    chance = trial.chance
    with scene(trial, morning(at=time_of_day(9)), after_seconds=SECONDS_AFTER) as play:
        play.stage(people, organisations=8)
        flags = ["--look=0.1", "--lease=5", *(["--no-grace"] if trial.off else [])]
        stops: list[float] = []
        loaded = 0
        for _ in range(restarts):
            worker, before = play.start(*flags), len(play.sink.accepted)
            wait_until(lambda before=before: len(play.sink.accepted) > before, patience=15, every=0.01)
            wait_until(lambda: False, patience=chance.uniform(0.05, 0.6))
            loaded += bool(play.left())
            stops.append(worker.stop())
        play.start(*flags)
        play.wait(patience=300)
        play.stop()
        violations = play.judge()
    violations += broken(
        stops_of_more_than_30_s=sum(seconds > SLOWEST_STOP for seconds in stops),
        restarts_with_nothing_due=restarts - loaded,
    )
    figure = (
        f"{restarts} restarts, {loaded} of them while reminders were due, over {people} reminders; "
        f"slowest stop {max(stops):.1f} s"
    )
    return Finding(figure, runs=restarts, violations=violations)


EXPERIMENT = Experiment(
    id="R17",
    failure="SIGTERM to the sender in a deploy, under load",
    target="0 lost, 0 twice; each stop <= 30 s",
    safeguard="the mail in hand is finished before the sender ends",
    budget=240,
    run=run,
)

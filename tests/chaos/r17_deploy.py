"""R17: senders and web workers are asked to end, and others started, again and again, under load."""

from datetime import time as time_of_day

from tests.chaos.running import morning
from tests.chaos.scene import scene
from tests.chaos.scratch import wait_until
from tests.chaos.trial import Experiment, Finding, Trial, above, broken
from tests.chaos.web import Web

SLOWEST_STOP = 30.0
# With every so many senders the workers of the web server are replaced too.
RESTARTS_A_DEPLOY = 4
# How long the server takes for its yes after it has taken the mail: in between, whoever is killed repeats it.
SECONDS_AFTER, SECONDS_AFTER_SHORT = 0.02, 0.2


def run(trial: Trial) -> Finding:
    dates, restarts = trial.scaled(2000, 40), trial.scaled(60, 2)
    after = SECONDS_AFTER_SHORT if trial.short or trial.off else SECONDS_AFTER
    chance = trial.chance
    with scene(trial, morning(at=time_of_day(9)), after_seconds=after) as play:
        play.stage(dates, organisations=min(dates // 10, 8))
        flags = ["--look=0.1", "--lease=5", *(["--no-grace"] if trial.off else [])]
        stops: list[float] = []
        loaded = 0
        web = None if trial.short or trial.off else Web(play)
        for number in range(restarts):
            if web and number % RESTARTS_A_DEPLOY == 0:
                web.replace_workers()
            worker, before = play.start(*flags), len(play.sink.accepted)
            wait_until(lambda before=before: len(play.sink.accepted) > before, patience=15, every=0.01)
            wait_until(lambda: False, patience=chance.uniform(0.05, 0.3))
            loaded += bool(play.left())
            stops.append(worker.stop())
        play.start(*flags)
        play.wait(patience=300)
        play.stop()
        violations = play.judge()
        pages = web.close() if web else None
    if pages:
        violations += broken(requests_failed=pages.failed, notes_lost=pages.lost, notes_twice=pages.twice)
    violations += broken(restarts_with_nothing_due=restarts - loaded)
    figure = (
        f"{restarts} restarts, {loaded} of them while reminders were due, over {dates} reminders; "
        f"slowest stop {max(stops):.1f} s"
    )
    if pages:
        deploys = -(-restarts // RESTARTS_A_DEPLOY)
        figure += (
            f"; web workers replaced {deploys} times under {pages.asked} requests, failed {pages.failed}"
        )
    slow = above(SLOWEST_STOP, seconds_of_a_stop=max(stops))
    return Finding(figure, runs=restarts, violations=violations, slow=slow)


EXPERIMENT = Experiment(
    id="R17",
    failure="SIGTERM to senders and web workers in a deploy, under load",
    target="0 lost, 0 twice, 0 failed requests; each stop <= 30 s",
    safeguard="the mail in hand is finished before the sender ends",
    budget=320,
    run=run,
)

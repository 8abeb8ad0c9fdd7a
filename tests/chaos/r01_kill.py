"""R1: `kill -9` of a sender at any moment, and in the window between the server's yes and our note of it."""

from dataclasses import replace

from tests.chaos.kill import Terms, run_on
from tests.chaos.trial import Experiment, Finding, Trial

LONG = Terms(reminders=3000, kills=60, held=15, seconds_a_mail=0.01, patience=420)
SHORT = Terms(reminders=300, kills=5, held=2)
OFF = Terms(reminders=60, kills=2, held=1, lease_off=True)


def run(trial: Trial) -> Finding:
    terms = OFF if trial.off else SHORT if trial.short else LONG
    verdict = run_on(replace(terms, seed=trial.seed), trial.database)
    return Finding(verdict.words(), runs=verdict.kills, violations=verdict.violations)


EXPERIMENT = Experiment(
    id="R1",
    failure="kill -9 of a sender",
    target="lost 0; repeats at most 1 a kill, each with the same Message-ID, none without a kill",
    safeguard="the lease ends",
    budget=300,
    run=run,
)

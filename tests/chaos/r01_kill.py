"""R1: `kill -9` of a sender at any moment, and in the window between the server's yes and our note of it."""

from dataclasses import replace

from tests.chaos.kill import Terms, run_on
from tests.chaos.trial import Experiment, Finding, Trial, above

# What was tried before goes alone, and one kill in four comes between two claims: sixty find one open.
LONG = Terms(reminders=1600, kills=80, held=20, seconds_a_mail=0.02, patience=420)
SHORT = Terms(reminders=60, kills=2, held=1)
OFF = Terms(reminders=60, kills=2, held=1, lease_off=True)


def run(trial: Trial) -> Finding:
    terms = OFF if trial.off else SHORT if trial.short else LONG
    verdict = run_on(replace(terms, seed=trial.seed), trial.database)
    slow = above(terms.lease + 30, seconds_until_the_rows_of_a_kill_went=verdict.slowest_recovery)
    return Finding(verdict.words(), runs=verdict.with_claim_open, violations=verdict.violations, slow=slow)


EXPERIMENT = Experiment(
    id="R1",
    failure="kill -9 of a sender",
    target="lost 0; repeats at most 1 a kill, same Message-ID, none without one; recovery <= lease + 30 s",
    safeguard="the lease ends",
    budget=140,
    run=run,
)

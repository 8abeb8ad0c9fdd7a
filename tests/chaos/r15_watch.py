"""R15: each part stops alone, and something that still runs says so, within a quarter of an hour."""

from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from tests.chaos.trial import Experiment, Finding, Trial, broken


def run(trial: Trial) -> Finding:
    from advocacy.organisations.services import beat
    from reminders import health
    from reminders.parts import PARTS
    from tests.factories import make_organisation, make_person
    from tests.reminders.box import NOW
    from tests.reminders.test_watch import LATER, ROUTES, noticed

    organisation = make_organisation(name="Harbor", slug="harbor", now=NOW)
    make_person(name="Olga Petrov", now=NOW, is_operator=True)
    unseen, routes = [], 0
    with ExitStack() as stack:
        if trial.off:
            stack.enter_context(patch.object(health, "LIMITS", dict.fromkeys(PARTS, timedelta.max)))
            stack.enter_context(patch("reminders.status.silent", lambda *_, **__: {}))
        for number, stopped in enumerate(PARTS):
            # Two days apart: what one silence had said is no longer news.
            at = NOW + 2 * number * LATER * 96
            for key in PARTS:
                beat(part=key, at=at - LATER if key == stopped else at)
            beat(part="planner", organisation_id=organisation.pk, at=at)
            seen = noticed(organisation, stopped, at=at)
            routes += len(seen)
            unseen += [stopped] if seen < ROUTES[stopped] else []
    figure = f"{len(PARTS)} parts, each silent for 15 minutes: {routes} routes said so, unseen {unseen or 0}"
    return Finding(figure, runs=len(PARTS), violations=broken(parts_that_stop_unseen=len(unseen)))


EXPERIMENT = Experiment(
    id="R15",
    failure="each part stops alone: planner, senders, mail, beat, digest, the watch itself",
    target="each is noticed within 15 minutes by a route that does not use it; 100 % of the parts",
    safeguard="the limits of silence",
    budget=10,
    run=run,
)

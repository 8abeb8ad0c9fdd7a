"""R16: mails that were taken come back: nobody there, mailbox full; as different servers write it."""

from collections import Counter
from contextlib import ExitStack
from datetime import time as time_of_day
from datetime import timedelta
from unittest.mock import patch

from tests.chaos.modes import Sink
from tests.chaos.running import broken_invariants, clock_at, morning, plan_at, send_at
from tests.chaos.staging import query, stage
from tests.chaos.trial import Experiment, Finding, Trial, broken

DAYS_LEFT, NEXT_STEP_IN = 14, 7
# What a server writes, and whether it means that the address is dead.
KINDS = {
    "no such person": ("5.1.1", True),
    "unknown domain": ("5.1.2", True),
    "mailbox full": ("5.2.2", False),
}


def run(trial: Trial) -> Finding:
    runs, dates = trial.scaled(5, 1), trial.scaled(60, 6)
    counts: Counter[str] = Counter()
    violations: list[str] = []
    for number in range(runs):
        violations += _come_back(trial, 60 * number, dates, counts)
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    figure = (
        f"{runs * dates} mails came back ({kinds}), each a task of a named person at once; "
        f"later mails to dead addresses {counts['later']}"
    )
    return Finding(figure, runs=runs * dates, violations=violations)


def _come_back(trial: Trial, days: int, dates: int, counts: Counter[str]) -> list[str]:
    from django.conf import settings

    from advocacy.mail import transport
    from advocacy.mail.messages import message_id
    from reminders import inbound
    from tests.advocacy.mail.returned import report

    at, later = (morning(days + more, at=time_of_day(9)) for more in (0, NEXT_STEP_IN))
    dead: set[str] = set()
    with ExitStack() as stack:
        sink = stack.enter_context(Sink())
        place = {"host": "127.0.0.1", "port": sink.port, "username": "", "password": ""}
        server = {"kind": "smtp", "use_ssl": False, "use_tls": False} | place
        stack.enter_context(patch.object(settings, "MAIL", server))
        if trial.off:
            stack.enter_context(patch("advocacy.mail.services.suppress", lambda **_: None))
        with clock_at(at):
            stage(trial.database, dates=dates, days_left=DAYS_LEFT, organisations=3, now=at)
        out = transport.configured()
        stack.callback(out.close)
        plan_at(at)
        send_at(at, out)
        sent = query(
            trial.database,
            "SELECT r.organisation_id, r.mail_id, p.email FROM reminder r "
            "JOIN person p ON p.id = r.recipient_id JOIN case_file c ON c.id = r.case_id "
            "WHERE r.state = 'sent' AND c.closed_at IS NULL",
        )
        with clock_at(at):
            for seat, (organisation, mail, email) in enumerate(sent):
                kind = list(KINDS)[seat % len(KINDS)]
                status, is_dead = KINDS[kind]
                name = message_id(organisation_id=organisation, row_id=mail)
                inbound.take(report(name, status=status, said=f"550 {status} {kind}", to=email), now=at)
                counts[kind] += 1
                dead |= {email} if is_dead else set()
        told, before = _told(trial), len(sink.accepted)
        plan_at(later)
        send_at(later, out)
        later_sent = query(
            trial.database,
            "SELECT p.email FROM reminder r JOIN person p ON p.id = r.recipient_id WHERE r.state = 'sent' "
            "AND r.sent_at >= %s",
            later - timedelta(minutes=1),
        )
    counts["later"] += sum(email in dead for (email,) in later_sent)
    found = broken(
        came_back_and_nobody_told=dates - told,
        mails_to_dead_addresses=sum(email in dead for (email,) in later_sent),
        others_not_written_to=int(len(sink.accepted) - before < dates - len(dead)),
    )
    found += broken_invariants(trial.database, later + timedelta(minutes=5))
    query(trial.database, "UPDATE case_file SET closed_at = %s, closed_by_id = owner_id "
                          "WHERE closed_at IS NULL", later)  # fmt: skip
    return found


def _told(trial: Trial) -> int:
    """Return how many dates of open cases have a task of a named person."""
    question = (
        "SELECT count(DISTINCT r.deadline_id) FROM reminder r JOIN case_file c ON c.id = r.case_id "
        "JOIN reminder_handover h ON h.reminder_id = r.id WHERE r.state = 'parked' AND c.closed_at IS NULL"
    )
    return int(query(trial.database, question)[0][0])


EXPERIMENT = Experiment(
    id="R16",
    failure="mails that were taken come back",
    target="a named person's task within 15 minutes; 0 further mails to a dead address",
    safeguard="the list of dead addresses",
    budget=30,
    run=run,
)

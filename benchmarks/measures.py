"""Each goal: what we do, and its floor, which is the least that any program could do for the same work."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from statistics import median
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from benchmarks.data import Bench

BATCH = 500


@dataclass
class Result:
    """One row of the table: the rates of each round, ours and the floor's, and the goal of their ratio.

    `cause` says where the time goes.
    """

    goal: str
    what: str
    unit: str
    least: float
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    # Where a lower figure is the better one, there is no floor but a bound.
    is_bound: bool = False
    cause: str = ""

    @property
    def ratios(self) -> list[float]:
        if self.is_bound:
            return self.ours
        return [mine / least for mine, least in zip(self.ours, self.floor, strict=True)]

    @property
    def figure(self) -> float:
        return median(self.ratios)

    @property
    def worst(self) -> float:
        return max(self.ratios) if self.is_bound else min(self.ratios)

    @property
    def met(self) -> bool:
        return self.figure <= self.least if self.is_bound else self.figure >= self.least


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds it took, and never nothing."""
    began = time.perf_counter()
    act()
    return max(time.perf_counter() - began, 1e-9)


class Nowhere:
    """A transport that says yes."""

    sent = 0

    def send(self, _: Any) -> str:
        self.sent += 1
        return "250 OK"

    def close(self) -> None:
        """Nothing is held open."""


def drain(out: Any) -> None:
    """Drain what is due as a task does: each queue keeps what it read for its next claim."""
    from reminders import rounds
    from reminders.delivery import ReminderQueue

    failed, queues = set[UUID](), cache(ReminderQueue)
    while rounds.send(out=out, failed=failed, source=queues):
        pass
    assert not failed, "a queue failed; what it said stands above"


def planner(bench: Bench) -> list[Result]:
    """Goal 10: the whole planner, once with everything to do and once with nothing."""
    rows = bench.size.deadlines
    making = Result("10", f"plan {rows:,} dates, all new", "dates/s", 0.40)
    checking = Result("10", f"plan {rows:,} dates, nothing to do", "dates/s", 0.50)
    for _ in range(bench.size.rounds):
        bench.forget_reminders()
        bench.vacuum()
        making.floor.append(rows / timed(lambda: _insert_raw(bench)))
        bench.vacuum()
        checking.floor.append(rows / timed(lambda: _insert_raw(bench)))
        bench.forget_reminders()
        bench.vacuum()
        making.ours.append(rows / timed(_plan))
        bench.vacuum()
        checking.ours.append(rows / timed(_plan))
        [(planned,)] = bench.raw.execute("SELECT count(*) FROM reminder").fetchall()
        bench.raw.commit()
        assert planned >= rows, f"only {planned} reminders of {rows} dates"
    return [making, checking]


def _plan() -> None:
    from reminders import rounds

    rounds.plan()


def _insert_raw(bench: Bench) -> None:
    """Insert the same rows in one statement that is told nothing of policies, people or zones."""
    bench.raw.execute(
        "INSERT INTO reminder (id, organisation_id, client_id, case_id, deadline_id, step, step_on, rung, "
        "recipient_id, channel, step_at, send_at, state, attempts, created_at) "
        "SELECT gen_random_uuid(), d.organisation_id, d.client_id, d.case_id, d.id, 'raw', d.act_at::date, "
        "0, c.owner_id, 'email', d.act_at, d.act_at, 'planned', 0, %s FROM deadline d "
        "JOIN case_file c ON (c.organisation_id, c.id) = (d.organisation_id, d.case_id) "
        "WHERE d.state = 'open' AND c.closed_at IS NULL ON CONFLICT DO NOTHING",
        [bench.now],
    )
    bench.raw.commit()


def draining(bench: Bench) -> list[Result]:
    """Goal 8: claim, look again, write, note, mark, at a server that says yes at once; and an empty look."""
    from reminders.delivery import organisations_with_work

    found = []
    for each in (1, 5):
        result = Result("8", f"drain with no-op dispatch, {each} a mail", "reminders/s", 0.40)
        for _ in range(bench.size.rounds):
            due = bench.make_due(each, bench.size.drain * each)
            result.floor.append(due / timed(lambda: _drain_raw(bench)))
            due = bench.make_due(each, bench.size.drain * each)
            result.ours.append(due / timed(lambda: drain(Nowhere())))
        result.cause = _where_it_goes(bench, each)
        found.append(result)
    empty = Result("8", "look that finds nothing", "ms", 2.0, is_bound=True)
    bench.make_due(0, 0)
    organisations_with_work(bench.now)
    for _ in range(bench.size.rounds):
        looks = [timed(lambda: organisations_with_work(bench.now)) * 1000 for _ in range(50)]
        empty.ours.append(median(looks))
    return [*found, empty]


def _where_it_goes(bench: Bench, each: int) -> str:
    """Drain once more, and say how often and how long that waits for PostgreSQL, and writes."""
    from django.db import connection

    from reminders import letters

    spent = {"statements": 0.0, "waiting": 0.0, "writing": 0.0}
    out, write = Nowhere(), letters.render

    def counted(execute: Any, *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent["statements"] += 1
            spent["waiting"] += time.perf_counter() - began

    def written(*given: Any) -> Any:
        began = time.perf_counter()
        try:
            return write(*given)
        finally:
            spent["writing"] += time.perf_counter() - began

    bench.make_due(each, bench.size.drain * each)
    with connection.execute_wrapper(counted), patch.object(letters, "render", written):
        seconds = timed(lambda: drain(out))
    statements = spent["statements"] / max(out.sent, 1)
    waiting, writing = spent["waiting"] / seconds, spent["writing"] / seconds
    return (
        f"{statements:.1f} statements a mail, {waiting:.0%} of the time waits for PostgreSQL, "
        f"{writing:.0%} writes from templates"
    )


def _drain_raw(bench: Bench) -> None:
    """Claim and mark what is due, organisation by organisation, and look at nothing."""
    raw = bench.raw
    organisations = raw.execute(
        "SELECT DISTINCT organisation_id FROM reminder WHERE state = 'planned' AND send_at <= %s", [bench.now]
    ).fetchall()
    for (organisation,) in organisations:
        while True:
            claimed = raw.execute(
                "UPDATE reminder SET lease_until = %s, lease_token = %s, attempts = attempts + 1 WHERE id IN "
                "(SELECT id FROM reminder WHERE organisation_id = %s AND state = 'planned' AND send_at <= %s "
                "ORDER BY send_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id",
                [bench.now, uuid4(), organisation, bench.now, BATCH],
            ).fetchall()
            raw.commit()
            if not claimed:
                break
            raw.execute(
                "UPDATE reminder SET state = 'sent', sent_at = %s WHERE id = ANY (%s)",
                [bench.now, [row[0] for row in claimed]],
            )
            raw.commit()


def mailing(bench: Bench, port: int) -> list[Result]:
    """Goal 9: the whole way of a mail, beside Django's own backend with the same templates."""
    from advocacy.mail.transport import SmtpTransport

    place = {"host": "127.0.0.1", "port": port}
    server = place | {"use_ssl": False, "use_tls": False, "username": "", "password": ""}
    result = Result("9", "mails end to end, text and HTML, one connection", "mails/s", 0.85)
    bench.make_due(1, 1)
    with _noted() as wrote:
        drain(Nowhere())
    result.cause = _where_it_goes(bench, 1)
    for _ in range(bench.size.rounds):
        mails = bench.make_due(1, bench.size.mails)
        result.floor.append(mails / timed(partial(_send_by_django, mails, port, *wrote[0])))
        out = SmtpTransport(server, timeout=10)
        result.ours.append(mails / timed(partial(drain, out)))
        out.close()
    return [result]


@contextmanager
def _noted() -> Any:
    """Note which template a mail is written from, and with what."""
    from reminders import letters

    wrote: list[tuple[str, dict[str, object]]] = []
    real = letters.render

    def render(template: str, context: dict[str, object]) -> tuple[str, str, str]:
        wrote.append((template, context))
        return real(template, context)

    with patch.object(letters, "render", render):
        yield wrote


def _send_by_django(mails: int, port: int, template: str, context: dict[str, object]) -> None:
    from django.core.mail import EmailMultiAlternatives, get_connection

    from advocacy.mail.messages import render

    backend = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port)
    with backend:
        for number in range(mails):
            subject, text, html = render(template, context)
            mail = EmailMultiAlternatives(subject, text, "us@demo.example", [f"p{number}@demo.example"],
                                          connection=backend)  # fmt: skip
            mail.attach_alternative(html, "text/html")
            mail.send()


def celery(bench: Bench, seconds_of_a_task: float) -> list[Result]:
    """Goal 11: how many reminders a task carries, and what the task itself costs beside them."""
    from reminders import tasks

    share = Result("11", "a task's own cost beside its drain", "%", 5.0, is_bound=True)
    carried = Result("11", "reminders of a task (floor: 100)", "reminders", 1.0)
    for _ in range(bench.size.rounds):
        due = bench.make_due(1, bench.size.drain)
        out = Nowhere()
        with patch.object(tasks.transport, "configured", lambda: out):  # noqa: B023 (used at once)
            seconds = timed(tasks.deliver)
        share.ours.append(100 * seconds_of_a_task / seconds)
        carried.ours.append(float(min(out.sent, due)))
        carried.floor.append(100.0)
    return [carried, share]

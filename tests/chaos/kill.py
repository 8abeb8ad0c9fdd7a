"""Kill senders at any moment, and start others until nothing is due; the mail server's log is the judge."""

import json
import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import time as time_of_day
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from tests.chaos.judging import Accept, Kill, Verdict, judge
from tests.chaos.running import Shifted, clock_at, morning
from tests.chaos.scratch import Database, Process
from tests.chaos.staging import stage

STEP_SECONDS = 0.005
# A claim that never ends: a plain "taken" flag, as of a queue without leases.
NEVER = 10 * 365 * 24 * 3600.0
OPEN_AT_LEAST = 0.75


@dataclass(frozen=True)
class Terms:
    """What a campaign does."""

    reminders: int = 2000
    kills: int = 20
    held: int = 5
    organisations: int = 4
    senders: int = 2
    lease: float = 3.0
    lease_off: bool = False
    seconds_a_mail: float = 0.01
    patience: float = 300.0
    seed: int = 0


@dataclass
class Sender:
    """One sender, and when it shall be killed: after its first claim, in the window, or never."""

    process: Process
    tokens: Path
    flag: Path
    fate: str
    delay: float
    kill_at: float | None = None

    def is_time(self) -> bool:
        if self.process.popen.poll() is not None:
            raise RuntimeError("a sender ended by itself; what it said stands above")
        if self.fate == "never":
            return False
        if self.fate == "held":
            return self.flag.exists()
        if self.kill_at is None and self.claimed():
            self.kill_at = time.monotonic() + self.delay
        return self.kill_at is not None and time.monotonic() >= self.kill_at

    def claimed(self) -> list[str]:
        return self.tokens.read_text().split() if self.tokens.exists() else []


@dataclass
class Campaign:
    """Senders that are killed and started again until nothing is due."""

    terms: Terms
    database: Database
    admin: psycopg.Connection[Any]
    folder: Path
    port: int
    chance: random.Random
    fates: list[str]
    organisations: list[UUID]
    clock: "Shifted"
    started: int = 0
    kills: list[Kill] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)

    def start_sender(self) -> Sender:
        self.started += 1
        fate = self.fates.pop() if self.fates else "never"
        tokens, flag = (self.folder / f"{self.started}.{kind}" for kind in ("tokens", "flag"))
        lease = NEVER if self.terms.lease_off else self.terms.lease
        arguments = ["-m", "tests.chaos.sender", str(tokens), f"--lease={lease}"]
        if fate == "held":
            arguments += [f"--hold-after-send={flag}", f"--hold-at={self.chance.randint(1, 12)}"]
        process = Process.start(
            *arguments,
            DATABASE_URL=self.database.user,
            EMAIL_URL=f"smtp://127.0.0.1:{self.port}",
            ADVOCACY_CLOCK_OFFSET=self.clock.offset,
        )
        return Sender(process, tokens, flag, fate, delay=self.chance.uniform(0.0, 0.6))

    def run(self) -> None:
        gives_up_at = time.monotonic() + self.terms.patience
        self.senders = [self.start_sender() for _ in range(self.terms.senders)]
        while time.monotonic() < gives_up_at:
            for place, sender in enumerate(self.senders):
                if sender.is_time():
                    self.kill(sender)
                    self.senders[place] = self.start_sender()
            if len(self.kills) == self.terms.kills and not self.is_anything_due():
                return
            time.sleep(STEP_SECONDS)

    def kill(self, sender: Sender) -> None:
        sender.process.kill()
        at = time.time()
        # The process is gone, and nobody takes its rows before the lease ends: this is what it left open.
        rows = self.admin.execute(
            "SELECT id FROM reminder WHERE state = 'planned' AND lease_until > %s "
            "AND lease_token = ANY (%s::uuid[])",
            [self.clock.now(), sender.claimed()],
        ).fetchall()
        self.kills.append(Kill(at, frozenset(row[0] for row in rows), held=sender.fate == "held"))

    def is_anything_due(self) -> bool:
        """True while a row is due that some sender will be able to claim."""
        [(due,)] = self.admin.execute(
            "SELECT count(*) FROM reminder WHERE organisation_id = ANY (%s) AND state = 'planned' "
            "AND send_at <= %s AND (lease_until IS NULL OR lease_until < %s)",
            [self.organisations, self.clock.now(), self.clock.now() + timedelta(hours=1)],
        ).fetchall()
        return bool(due)

    def rows(self, state: str) -> set[UUID]:
        """Return the rows in a state whose time has come."""
        question = "SELECT id FROM reminder WHERE organisation_id = ANY (%s) AND state = %s AND send_at <= %s"
        found = self.admin.execute(question, [self.organisations, state, self.clock.now()])
        return {row[0] for row in found.fetchall()}

    def what_is_left(self, due: set[UUID]) -> list[str]:
        """Say how the rows stand that are not marked as sent."""
        question = (
            "SELECT state, attempts, count(*) FROM reminder "
            "WHERE id = ANY (%s) AND state <> 'sent' GROUP BY state, attempts"
        )
        found = self.admin.execute(question, [list(due)]).fetchall()
        return [f"{count} {state} after {attempts} claims" for state, attempts, count in found]

    def stop(self) -> None:
        for sender in self.senders:
            sender.process.kill()


def _stage(terms: Terms, database: Database, clock: Shifted) -> list[UUID]:
    """Make so many people with a reminder that is due since the morning."""
    from reminders import rounds

    with clock_at(clock.now()):
        made = stage(
            database, dates=terms.reminders, days_left=1, organisations=terms.organisations, now=clock.now()
        )
        rounds.plan()
    return made


def run_on(terms: Terms, database: Database) -> Verdict:
    """Run one campaign and judge it."""
    began, chance = time.monotonic(), random.Random(terms.seed)
    clock = Shifted(morning(at=time_of_day(10)))
    organisations = _stage(terms, database, clock)
    fates = ["held"] * terms.held + ["killed"] * (terms.kills - terms.held)
    chance.shuffle(fates)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        log = folder / "sink.jsonl"
        sink = Process.start("-m", "tests.chaos.sink", str(log), f"--seconds-a-mail={terms.seconds_a_mail}")
        stack.callback(sink.kill)
        assert sink.popen.stdout is not None
        port = int(sink.popen.stdout.readline())
        admin = stack.enter_context(psycopg.connect(database.admin, autocommit=True))
        campaign = Campaign(terms, database, admin, folder, port, chance, fates, organisations, clock)
        stack.callback(campaign.stop)
        due = campaign.rows("planned")
        campaign.run()
        campaign.stop()
        verdict = judge(
            due=due,
            accepts=_accepts(log),
            kills=campaign.kills,
            marked=campaign.rows("sent"),
            lease=terms.lease,
        )
        if verdict.unmarked:
            verdict.violations += campaign.what_is_left(due)
    verdict.seconds = time.monotonic() - began
    verdict.violations += _too_little(verdict, terms)
    return verdict


def _accepts(log: Path) -> list[Accept]:
    from advocacy.mail.messages import read_message_id

    found = []
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        place = read_message_id(entry["message_id"])
        found.append(Accept(place[1] if place else None, entry["at"]))
    return found


def _too_little(verdict: Verdict, terms: Terms) -> list[str]:
    """A campaign that did not do what it set out to do proves nothing."""
    wanted = {
        "reminders": (verdict.reminders, terms.reminders),
        "kills": (verdict.kills, terms.kills),
        "kills with a claim open": (verdict.with_claim_open, int(terms.kills * OPEN_AT_LEAST)),
        "kills held in the window": (verdict.held, terms.held),
    }
    return [f"only {got} {words}" for words, (got, least) in wanted.items() if got < least]

"""Kill senders at any moment, and show that no reminder is lost and none is repeated but by a kill.

    python -m tests.chaos.kill                 2,000 reminders, 20 kills, 5 of them held in the window
    python -m tests.chaos.kill --lease-off     the same with claims that never end: the check must fail

Prints one line, and ends with 1 if the promise is broken.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests import databases
from tests.chaos.judging import Accept, Kill, Verdict, judge

ROOT = Path(__file__).resolve().parent.parent.parent
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


@dataclass(frozen=True)
class Database:
    """One database by three addresses."""

    admin: str
    owner: str
    user: str


@contextmanager
def scratch_database() -> Iterator[Database]:
    """Make, and at the end drop, a migrated database of our own on the session's server."""
    name = f"chaos_{os.getpid()}"
    address = {who: os.environ[f"DATABASE_{who}URL"] for who in ("ADMIN_", "OWNER_", "")}
    made = Database(*(make_conninfo(each, dbname=name) for each in address.values()))
    databases.create(name)
    try:
        yield made
    finally:
        with psycopg.connect(address["ADMIN_"], autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _environment(**added: str) -> dict[str, str]:
    """Ours, without the administrator's and owner's addresses: a sender has neither."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DATABASE_")}
    return kept | {"ADVOCACY_ENV": "test", "DJANGO_SETTINGS_MODULE": "advocacy.settings.test"} | added


def _python(*arguments: str, **added: str) -> str:
    """Run a program to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=_environment(**added), check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    return done.stdout


@dataclass
class Process:
    """A program of ours that ends with us: its standard input is held open."""

    popen: subprocess.Popen[bytes]

    @classmethod
    def start(cls, *arguments: str, **added: str) -> "Process":
        command = [sys.executable, "-m", *arguments]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, cwd=ROOT, env=_environment(**added), stdin=pipe, stdout=pipe))

    def kill(self) -> None:
        if self.popen.poll() is None:
            os.kill(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout):
            if stream is not None:
                stream.close()


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
    started: int = 0
    kills: list[Kill] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)

    def start_sender(self) -> Sender:
        self.started += 1
        fate = self.fates.pop() if self.fates else "never"
        tokens, flag = (self.folder / f"{self.started}.{kind}" for kind in ("tokens", "flag"))
        lease = NEVER if self.terms.lease_off else self.terms.lease
        arguments = ["tests.chaos.sender", str(tokens), f"--lease={lease}"]
        if fate == "held":
            arguments += [f"--hold-after-send={flag}", f"--hold-at={self.chance.randint(1, 12)}"]
        process = Process.start(
            *arguments, DATABASE_URL=self.database.user, EMAIL_URL=f"smtp://127.0.0.1:{self.port}"
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
            "SELECT id FROM reminder WHERE state = 'planned' AND lease_until > now() "
            "AND lease_token = ANY (%s::uuid[])",
            [sender.claimed()],
        ).fetchall()
        self.kills.append(Kill(at, frozenset(row[0] for row in rows), held=sender.fate == "held"))

    def is_anything_due(self) -> bool:
        """True while a row is due that some sender will be able to claim."""
        [(due,)] = self.admin.execute(
            "SELECT count(*) FROM reminder WHERE organisation_id = ANY (%s) AND state = 'planned' "
            "AND send_at <= now() AND (lease_until IS NULL OR lease_until < now() + interval '1 hour')",
            [self.organisations],
        ).fetchall()
        return bool(due)

    def rows(self, condition: sql.SQL) -> set[UUID]:
        query = sql.SQL("SELECT id FROM reminder WHERE organisation_id = ANY (%s) AND {}").format(condition)
        return {row[0] for row in self.admin.execute(query, [self.organisations]).fetchall()}

    def stop(self) -> None:
        for sender in self.senders:
            sender.process.kill()


def run(terms: Terms, database: Database) -> Verdict:
    """Run one campaign and judge it."""
    began, chance = time.monotonic(), random.Random(terms.seed)
    made = _python("-m", "tests.chaos.seed", str(terms.reminders), str(terms.organisations),
                   DATABASE_URL=database.user)  # fmt: skip
    fates = ["held"] * terms.held + ["killed"] * (terms.kills - terms.held)
    chance.shuffle(fates)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        log = folder / "sink.jsonl"
        sink = Process.start("tests.chaos.sink", str(log), f"--seconds-a-mail={terms.seconds_a_mail}")
        stack.callback(sink.kill)
        assert sink.popen.stdout is not None
        port = int(sink.popen.stdout.readline())
        admin = stack.enter_context(psycopg.connect(database.admin, autocommit=True))
        organisations = [UUID(line) for line in made.split()]
        campaign = Campaign(terms, database, admin, folder, port, chance, fates, organisations)
        stack.callback(campaign.stop)
        due = campaign.rows(sql.SQL("state = 'planned' AND send_at <= now()"))
        campaign.run()
        campaign.stop()
        verdict = judge(
            due=due,
            accepts=_accepts(log),
            kills=campaign.kills,
            marked=campaign.rows(sql.SQL("state = 'sent'")),
            lease=terms.lease,
        )
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


def record(verdict: Verdict, path: Path) -> None:
    """Add the outcome to the file of figures."""
    entry = {
        "id": "R1",
        "target": "lost 0; repeats at most 1 a kill, each with the same Message-ID, none without a kill",
        "figure": verdict.line(),
        "runs": verdict.kills,
        "holds": not verdict.violations,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 (the time of the run itself)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        print(json.dumps(entry), file=file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("reminders", "kills", "held", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Terms, name))
    parser.add_argument("--lease-off", action="store_true")
    terms = Terms(**vars(parser.parse_args()))
    import tests.servers  # noqa: F401 (starts the servers that the addresses name)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings.test")
    with scratch_database() as database:
        verdict = run(terms, database)
    print(f"seed {terms.seed}{', lease off' if terms.lease_off else ''}: {verdict.line()}")
    return int(bool(verdict.violations))


if __name__ == "__main__":
    sys.exit(main())

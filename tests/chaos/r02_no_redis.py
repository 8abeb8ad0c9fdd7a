"""R2: Redis is emptied, killed, and away for good, while reminders come due one after the other."""

import socket
import subprocess
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any

from tests.chaos.running import morning
from tests.chaos.scene import Scene, scene
from tests.chaos.scratch import Process, python, wait_until
from tests.chaos.trial import Experiment, Finding, Trial, above, broken, worst

# Beat rings each 5 s, and so often the sender looks by itself.
GOAL_SECONDS = 60.0
SECONDS_BETWEEN = 0.25
WARM_UP = 6.0


def run(trial: Trial) -> Finding:
    runs, dates = trial.scaled(5, 1), trial.scaled(80, 16)
    waits: list[float] = []
    violations: list[str] = []
    for number in range(runs):
        more, found = _outage(trial, morning(30 * number, at=time_of_day(9)), dates)
        waits, violations = waits + more, violations + found
    faults = "emptied at a quarter of the time, killed and started at a half, then killed for good"
    figure = f"{runs} runs of {dates} that come due over {dates * SECONDS_BETWEEN:.0f} s; Redis {faults}; "
    figure += f"from due to the server's yes: p99 {worst(waits, 0.99):.1f} s, worst {worst(waits):.1f} s"
    slow = above(GOAL_SECONDS, seconds_from_due_to_sent_at_p99=worst(waits, 0.99))
    return Finding(figure, runs=runs * 3, violations=violations, slow=slow)


def _outage(trial: Trial, moment: Any, dates: int) -> tuple[list[float], list[str]]:
    redis = Redis()
    redis.start()
    with scene(trial, moment) as play:
        play.stack.callback(redis.kill)
        play.environment["REDIS_URL"] = redis.url
        play.stage(dates, organisations=3)
        begins = play.clock.now() + timedelta(seconds=WARM_UP)
        play.ask(
            "UPDATE reminder SET send_at = %s + (seat - 1) * %s * interval '1 second' FROM "
            "(SELECT id, row_number() OVER (ORDER BY md5(id::text)) AS seat FROM reminder "
            " WHERE state = 'planned' AND send_at <= %s) AS due WHERE due.id = reminder.id",
            begins, SECONDS_BETWEEN, play.clock.now(),
        )  # fmt: skip
        if trial.off or not trial.short:
            _start_worker_and_beat(play)
        if not trial.off:
            play.start()
        play.wait_for(begins + timedelta(seconds=SECONDS_BETWEEN * dates / 4))
        redis.empty()
        play.wait_for(begins + timedelta(seconds=SECONDS_BETWEEN * dates / 2))
        redis.kill()
        if not trial.off:
            redis.start()
            play.wait_for(begins + timedelta(seconds=SECONDS_BETWEEN * dates * 3 / 4))
            redis.kill()
        failed, limited = (0, True) if trial.short else _pages(play)
        play.wait_for(begins + timedelta(seconds=SECONDS_BETWEEN * dates + 1))
        play.wait(patience=8 if trial.off else GOAL_SECONDS + 30)
        play.stop()
        violations = play.judge() + broken(pages_that_failed_without_redis=failed, limits_gone=not limited)
        due = dict(play.ask("SELECT coalesce(mail_id, id), send_at FROM reminder WHERE state = 'sent'"))
        waits = [(times[0] - due[mail]).total_seconds() for mail, times in play.sent().items() if mail in due]
        return waits, violations


class Redis:
    """A broker of our own, that can be killed."""

    def __init__(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        from advocacy.embedded.binaries import find_valkey

        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--loglevel", "nothing"]
        self.popen = subprocess.Popen([str(find_valkey()), *arguments], stdout=subprocess.DEVNULL)
        assert wait_until(self._answers, patience=10) is not None, "Redis did not start"

    def _answers(self) -> bool:
        try:
            return self._say(b"PING") == b"+PONG\r\n"
        except OSError:
            return False

    def empty(self) -> None:
        self._say(b"FLUSHALL")

    def _say(self, words: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            connection.sendall(words + b"\r\n")
            return connection.recv(64)

    def kill(self) -> None:
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()
            self.popen = None


def _start_worker_and_beat(play: Scene) -> None:
    celery = ["-m", "celery", "--quiet", "-A", "advocacy"]
    given = {
        "DATABASE_URL": play.trial.database.user,
        "EMAIL_URL": f"smtp://127.0.0.1:{play.sink.port}",
        "ADVOCACY_CLOCK_OFFSET": play.clock.offset,
        **play.environment,
    }
    queues = ["-Q", "reminders,upkeep", "--without-gossip", "--without-mingle"]
    for command in (
        [*celery, "worker", "-P", "solo", "-l", "critical", *queues],
        [*celery, "beat", "-l", "critical", "--schedule", str(play.folder / "beat"), "--pidfile="],
    ):
        play.stack.callback(Process.start(*command, quiet=True, **given).kill)


PAGES = """
import secrets
import django
django.setup()
from django.test import Client
from advocacy.kernel import queues
queues._send("reminders.tasks.plan", {})
someone = secrets.token_hex(8)
# Each run is somebody else, elsewhere: the limit of the run before still holds.
browser = Client(raise_request_exception=False, REMOTE_ADDR=f"10.0.{secrets.randbelow(256)}.7")
failed = sum(browser.get(path).status_code >= 500 for path in ("/", "/sign-in/", "/livez"))
tries = [{"login": f"{someone}@demo.example", "password": f"wrong {number}"} for number in range(12)]
answers = [browser.post("/sign-in/", each) for each in tries]
failed += sum(answer.status_code >= 500 for answer in answers)
stopped = [answer.status_code == 429 or b"Too many" in answer.content for answer in answers]
limited = stopped[-1] and not stopped[0]
print(failed, int(limited))
"""


def _pages(play: Scene) -> tuple[int, bool]:
    """Ring the bell, and ask for pages, with a broker that is not there.

    Return how many failed, and whether somebody who guesses passwords was stopped.
    """
    said = python("-c", PAGES, DATABASE_URL=play.trial.database.user, **play.environment).split()
    return int(said[-2]), said[-1] == "1"


EXPERIMENT = Experiment(
    id="R2",
    failure="Redis is emptied, killed, and away, while reminders come due",
    target="lost 0; from due to sent p99 <= 60 s, counted from when each is due; pages err 0, limits hold",
    safeguard="the sender, which needs no broker",
    budget=180,
    run=run,
)

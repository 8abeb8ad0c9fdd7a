"""People at the pages while something breaks: the web server as in service, and so many requests a second."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode
from uuid import uuid4

from tests.chaos.scene import Scene
from tests.chaos.scratch import ROOT, environment, wait_until
from tests.chaos.trial import worst

REQUESTS_A_SECOND = 20
PEOPLE = 8
# Nobody writes hundreds of notes in one case within a minute.
CASES = 90


@dataclass
class Pages:
    """What became of the requests."""

    asked: int = 0
    saved: int = 0
    lost: int = 0
    twice: int = 0
    halves: int = 0
    failed: int = 0
    bursts: list[float] = field(default_factory=list)
    # How long each answer took, in seconds.
    took: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return worst(self.took, 0.95)


class Web:
    """The web server as in service, and people who read cases and write notes."""

    def __init__(self, play: Scene, *, a_second: float = REQUESTS_A_SECOND) -> None:
        from django.db import transaction
        from django.test import Client

        from advocacy.accounts.models import User
        from advocacy.organisations.scope import Door, scope
        from cases.casefile.models import Case
        from tests.signing_in import enter

        self.pause = PEOPLE / a_second
        self.play, self.pages, self.said = play, Pages(), set[str]()
        self.errors: list[float] = []
        self.answers_since = 0.0
        [(organisation, slug, owner_id)] = play.ask(
            "SELECT o.id, o.slug, c.owner_id FROM case_file c "
            "JOIN organisation o ON o.id = c.organisation_id WHERE c.closed_at IS NULL "
            "GROUP BY o.id, o.slug, c.owner_id ORDER BY count(*) DESC LIMIT 1"
        )
        with scope(organisation, door=Door.STAFF), transaction.atomic():
            owner = User.objects.get(pk=owner_id)
            cases = Case.objects.filter(owner=owner).values_list("pk", flat=True)[:CASES]
            self.cases = [f"/o/{slug}/cases/{case}/" for case in cases]
        cookies = enter(Client(), owner).cookies
        self.cookie = "; ".join(f"{each.key}={each.value}" for each in cookies.values())
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        gunicorn = ["-m", "gunicorn", "advocacy.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        workers = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "critical"]
        self.server = subprocess.Popen(
            [sys.executable, *gunicorn, *workers],
            cwd=ROOT,
            env=environment(
                DATABASE_URL=play.trial.database.user, DJANGO_SETTINGS_MODULE="tests.chaos.settings"
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        play.stack.callback(self._end)
        assert wait_until(lambda: self._ask("GET", "/livez", "") == 200, patience=60) is not None
        self.errors.clear()
        self.pages = Pages()
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=self._people, args=[seat], daemon=True) for seat in range(PEOPLE)
        ]
        for thread in self.threads:
            thread.start()

    def answered(self, at: float) -> None:
        """Note that the database answers again: an error after this counts as part of the burst."""
        self._close_burst()
        self.answers_since = at

    def replace_workers(self) -> None:
        """Have the server start new workers and end the old ones, as a deploy does."""
        self.server.send_signal(signal.SIGHUP)

    def _close_burst(self) -> None:
        late = [at - self.answers_since for at in self.errors if at > self.answers_since]
        if self.answers_since:
            self.pages.bursts.append(max(late, default=0.0))
        self.errors.clear()

    def _people(self, seat: int) -> None:
        cases = cycle(self.cases[seat:] + self.cases[:seat])
        while not self.ended.wait(self.pause):
            case = next(cases)
            if seat % 2:
                self._ask("GET", case, "")
                continue
            words = f"note {uuid4().hex}"
            if self._ask("POST", f"{case}note/", urlencode({"text": words})) == 302:
                self.said.add(words)

    def _ask(self, method: str, path: str, body: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        token = "a" * 32
        headers = {"Cookie": f"{self.cookie}; csrftoken={token}", "X-CSRFToken": token,
                   "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        self.pages.asked += 1
        began = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 599
        finally:
            connection.close()
        self.pages.took.append(time.monotonic() - began)
        if status >= 500:
            self.pages.failed += 1
            self.errors.append(time.monotonic())
        return status

    def close(self) -> Pages:
        """Stop the people, and hold what was said against what is there."""
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=40)
        self._close_burst()
        there = [text for (text,) in self.play.ask("SELECT text FROM note WHERE text LIKE 'note %'")]
        [(audited,)] = self.play.ask("SELECT count(*) FROM audit_event WHERE act = 'note written'")
        self.pages.saved = len(self.said)
        self.pages.lost = len(self.said - set(there))
        self.pages.twice = len(there) - len(set(there))
        self.pages.halves = abs(len(there) - int(audited))
        self._end()
        return self.pages

    def _end(self) -> None:
        if self.server.poll() is None:
            self.server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(timeout=20)
        if self.server.poll() is None:
            self.server.kill()
        self.server.wait()

"""R3: PostgreSQL is restarted at once, under senders and under people at the pages.

The server of a campaign is its own, and stopped by SIGQUIT, which is `pg_ctl -m immediate`. That of a test
run is shared: there the connections to our database are cut and refused for two seconds.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from datetime import time as time_of_day
from pathlib import Path

import psycopg

from tests.chaos.running import morning
from tests.chaos.scene import Scene, scene
from tests.chaos.scratch import wait_until
from tests.chaos.trial import Experiment, Finding, Trial, above, broken
from tests.chaos.web import REQUESTS_A_SECOND, Web

SENDERS_RESUME, PAGES_ERR = 10.0, 15.0
SENDERS = 2
REFUSED_SECONDS = 2.0


def run(trial: Trial) -> Finding:
    restarts, dates = trial.scaled(5, 1), trial.scaled(3000, 60)
    with scene(trial, morning(at=time_of_day(9)), data_seconds=0.0) as play:
        # What is committed must outlive the server: this one keeps its files, if not the machine's.
        play.ask(f"ALTER DATABASE {trial.database.name} SET synchronous_commit = on")
        play.stage(dates, organisations=4)
        web = None if trial.short or trial.off else Web(play)
        for _ in range(1 if trial.short else SENDERS):
            play.start("--look=1", "--lease=15")
        resumed = [_restart(trial, play, web) for _ in range(restarts)]
        if trial.off:
            # Nobody starts a sender again here, and it does not by itself.
            for worker in play.workers:
                worker.kill()
        play.wait(patience=15 if trial.off else 240)
        play.stop()
        # Each sender may have had one mail between the server's yes and its note, as when it is killed.
        violations = play.judge(repeats=SENDERS * restarts)
        pages = web.close() if web else None
    if pages:
        violations += broken(notes_lost=pages.lost, notes_twice=pages.twice, notes_without_audit=pages.halves)
    slow = above(SENDERS_RESUME, seconds_until_senders_went_on=max(resumed))
    slow += above(PAGES_ERR, seconds_of_errors=max(pages.bursts, default=0.0)) if pages else []
    figure = (
        f"{restarts} restarts over {dates} reminders; senders went on {max(resumed):.1f} s after the port"
    )
    if pages:
        burst = max(pages.bursts, default=0.0)
        figure += (
            f"; {pages.asked} requests, {REQUESTS_A_SECOND}/s, errors up to {burst:.1f} s"
            f" after the port; {pages.saved} notes saved, lost {pages.lost}, halves {pages.halves}"
        )
    return Finding(figure, runs=restarts, violations=violations, slow=slow)


def _restart(trial: Trial, play: Scene, web: "Web | None") -> float:
    """Restart the server; return how many seconds after it answers the next mail came."""
    before = len(play.sink.accepted)
    wait_until(lambda: len(play.sink.accepted) > before + 5, patience=60)
    if trial.short or trial.off:
        _cut(trial)
    else:
        _quit_and_start()
    answered, count = time.monotonic(), len(play.sink.accepted)
    if web:
        web.answered(answered)
    if trial.off or not play.left():
        return 0.0
    went_on = wait_until(lambda: len(play.sink.accepted) > count, patience=60, every=0.02)
    time.sleep(1.0)
    return 60.0 if went_on is None else went_on


def _cut(trial: Trial) -> None:
    """Refuse connections to our database for a while, and end those there are."""
    name = trial.database.name
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")  # type: ignore[call-overload]
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        time.sleep(REFUSED_SECONDS)
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")  # type: ignore[call-overload]


def _quit_and_start() -> None:
    """Stop the campaign's server at once, start it on the same port, wait until it answers."""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as server:
        data = server.execute("SHOW data_directory").fetchall()[0][0]
    pid = int(Path(data, "postmaster.pid").read_text().split("\n", 1)[0])
    command = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    account = Path(data).stat()
    os.kill(pid, signal.SIGQUIT)
    running = Path(f"/proc/{pid}/cmdline")
    # Empty: it has ended, and waits for whoever started it.
    wait_until(lambda: not running.exists() or not running.read_text(), patience=30)
    other = {} if account.st_uid == os.getuid() else {
        "user": account.st_uid, "group": account.st_gid, "extra_groups": []}  # fmt: skip
    subprocess.Popen(command, cwd=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     stdin=subprocess.DEVNULL, start_new_session=True, **other)  # type: ignore[call-overload]  # fmt: skip

    def answers() -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(os.environ["DATABASE_ADMIN_URL"]):
            return True
        return False

    assert wait_until(answers, patience=60, every=0.02) is not None, "PostgreSQL did not come back"


EXPERIMENT = Experiment(
    id="R3",
    failure="PostgreSQL is restarted at once, under load",
    target="lost 0, no half-saved note; senders go on <= 10 s, page errors <= 15 s after the port answers",
    safeguard="a sender outlives its database",
    budget=85,
    run=run,
)

"""The embedded servers: start, share, recover, stop. Each test has its own data folder and real servers."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from advocacy.embedded import attach, clean, folders, keys, processes, testing
from advocacy.embedded.errors import EmbeddedError
from advocacy.embedded.locks import FileLock
from advocacy.embedded.postgres import Cluster

ROOT = Path(__file__).resolve().parents[3]

# Attaches, says which servers it found, and leaves when its standard input ends.
ATTACHED = """
import json, os, sys
from pathlib import Path
from advocacy.embedded import attach
with attach.ensure_servers(var=Path(sys.argv[1])) as servers:
    names = ("DATABASE_ADMIN_URL", "REDIS_URL")
    print(json.dumps([servers.started_database, *(os.environ[name] for name in names)]), flush=True)
    sys.stdin.read()
"""

HOLDER = """
import sys, time
from pathlib import Path
from advocacy.embedded.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.wait_alone()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _no_other_servers(monkeypatch):
    for name in (*testing.VARIABLES, "ADVOCACY_SECRET_KEY", "ADVOCACY_FIELD_KEYS"):
        monkeypatch.setenv(name, "")


@pytest.fixture
def var(tmp_path):
    # pytest's own folder is closed to the database's account, and so would be outside of `var`.
    folder = (
        Path(os.path.realpath(os.environ.get("TMPDIR", "/tmp"))) / f"advocacy-{tmp_path.name}-{os.getpid()}"
    )
    yield folder
    if folder.exists():
        assert clean.stop_and_remove(folders.prepare(folder)), "a test left a process attached"


class Attached:
    """Another process that is attached."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ATTACHED, str(var)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def names(self) -> tuple[bool, str, str]:
        return tuple(json.loads(self.process.stdout.readline()))

    def leave(self) -> None:
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def cluster_of(var: Path) -> Cluster:
    found = folders.prepare(var)
    return Cluster(found, keys.load(var), durable=True)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def test_the_first_start_makes_a_database_that_a_second_process_shares(var):
    with attach.ensure_servers(var=var) as servers:
        ours = os.environ["DATABASE_ADMIN_URL"]
        other = Attached(var)
        started, theirs, _ = other.names()
        other.leave()

        assert servers.started_database
        assert not started
        assert theirs == ours
        assert ask(ours, "SELECT datlocprovider::text || encoding FROM pg_database LIMIT 1") == "b6"
        assert ask(ours, "SELECT current_setting('server_version_num')::int / 10000") == 18

    assert cluster_of(var).running() is None
    assert not os.environ.get("DATABASE_URL")


def test_four_first_starts_at_once_make_one_database(var):
    others = [Attached(var) for _ in range(4)]

    said = [other.names() for other in others]
    for other in others:
        other.leave()

    assert sum(started for started, _, _ in said) == 1
    assert len({url for _, url, _ in said}) == 1
    assert len({url for _, _, url in said}) == 1
    assert cluster_of(var).running() is None


def test_the_last_one_out_stops_the_servers_whoever_started_them(var):
    first = Attached(var)
    first.names()
    second = Attached(var)
    second.names()

    first.leave()
    still = cluster_of(var).running()
    second.leave()

    assert still is not None
    assert cluster_of(var).running() is None
    assert not processes.alive(still.pid)


def test_servers_left_by_a_killed_process_are_found_and_stopped(var):
    killed = Attached(var)
    _, before, broker_before = killed.names()
    killed.kill()

    with attach.ensure_servers(var=var) as servers:
        assert not servers.started_database
        assert os.environ["DATABASE_ADMIN_URL"] == before
        assert os.environ["REDIS_URL"] == broker_before

    assert cluster_of(var).running() is None


def test_rows_survive_a_kill_of_the_server(var):
    with attach.ensure_servers(var=var):
        url = os.environ["DATABASE_ADMIN_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000)")
            os.kill(cluster_of(var).running().pid, signal.SIGKILL)

    with attach.ensure_servers(var=var) as servers:
        assert servers.started_database
        assert ask(os.environ["DATABASE_ADMIN_URL"], "SELECT count(*) FROM kept") == 1000


def test_a_dead_servers_number_that_a_stranger_took_does_not_stop_the_next_start(var):
    with attach.ensure_servers(var=var):
        cluster = cluster_of(var)
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    account = folders.prepare(var).account
    stranger = subprocess.Popen(
        ["sleep", "60"], user=account.uid, group=account.gid, extra_groups=[] if account.other else None
    )
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
    account.give(pid_file)

    with attach.ensure_servers(var=var) as servers:
        assert servers.started_database
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_database_made_with_other_keys_is_set_aside_and_kept(var, capsys):
    with attach.ensure_servers(var=var):
        pass
    keys.path(var).unlink()

    with attach.ensure_servers(var=var) as servers:
        assert servers.started_database
        assert ask(os.environ["DATABASE_ADMIN_URL"], "SELECT 1") == 1
    assert (cluster_of(var).data.with_name("pg18.other-keys")).is_dir()
    assert "made with other keys" in capsys.readouterr().out


def test_keys_are_private_and_stay_the_same(var):
    attach.ensure_secrets(var=var)
    first = os.environ["ADVOCACY_FIELD_KEYS"]
    del os.environ["ADVOCACY_FIELD_KEYS"]
    attach.ensure_secrets(var=var)

    assert os.environ["ADVOCACY_FIELD_KEYS"] == first
    assert first.startswith("k1:")
    assert stat.S_IMODE(keys.path(var).stat().st_mode) == 0o600
    assert stat.S_IMODE((var / "run").stat().st_mode) == 0o700
    assert stat.S_IMODE((var / "log").stat().st_mode) == 0o700


def test_the_database_folder_and_the_log_are_closed_to_others(var):
    with attach.ensure_servers(var=var):
        url = os.environ["DATABASE_ADMIN_URL"]
        with psycopg.connect(url) as connection, pytest.raises(psycopg.Error):
            connection.execute("SELECT 'canary-in-the-log'::int")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace("postgres:", "postgres:wrong"))

    assert stat.S_IMODE(cluster_of(var).data.stat().st_mode) == 0o700
    assert "canary" not in (var / "log" / "postgres.log").read_text()


def test_the_broker_asks_for_its_password_and_keeps_nothing(var):
    import redis

    with attach.ensure_servers(var=var):
        broker = redis.Redis.from_url(os.environ["REDIS_URL"])
        broker.set("ring", "1")
        settings = {
            name: broker.config_get(name)[name] for name in ("save", "appendonly", "maxmemory-policy")
        }
        port = broker.connection_pool.connection_kwargs["port"]
        broker.close()
        with socket.create_connection(("127.0.0.1", port)) as stranger:
            stranger.sendall(b"PING\r\n")
            assert stranger.recv(100).startswith(b"-NOAUTH")

    with attach.ensure_servers(var=var):
        broker = redis.Redis.from_url(os.environ["REDIS_URL"])
        assert broker.get("ring") is None
        broker.close()
    assert settings == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction"}
    assert not [path for path in var.rglob("*") if path.suffix in {".rdb", ".aof"}]


def test_nothing_is_started_when_the_environment_names_servers(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")

    with attach.ensure_servers(var=var) as servers:
        assert not servers.started_database

    assert not var.exists()


def test_a_test_session_leaves_nothing_behind_and_sweeps_what_a_killed_one_left(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://in/use")
    testing.start(var)._users.close()  # as a kill would
    left = list(var.glob("test-*"))

    session = testing.start(var)

    assert ask(os.environ["DATABASE_ADMIN_URL"], "SHOW fsync") == "off"
    assert not left[0].exists()
    session.close()
    session.close()
    assert not list(var.glob("test-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a home that the database's account cannot enter")
def test_root_keeps_the_database_outside_of_a_closed_home(tmp_path):
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    var = closed / "var"

    with attach.ensure_servers(var=var):
        home = Path((var / "WHERE").read_text().strip())
        running = cluster_of(var).running()
        assert Path(f"/proc/{running.pid}").stat().st_uid != 0
        assert (home / "pg18").is_dir()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert clean.stop_and_remove(folders.prepare(var))

    assert not home.exists()
    assert not var.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused_with_advice():
    with pytest.raises(EmbeddedError, match="ADVOCACY_VAR"):
        folders.prepare(Path("/etc"))


def test_a_data_folder_that_holds_the_checkout_is_refused():
    with pytest.raises(EmbeddedError, match="folder of its own"):
        folders.prepare(ROOT)


def test_a_folder_that_was_there_before_is_not_removed(tmp_path, monkeypatch, capsys):
    (tmp_path / "photo").touch()
    monkeypatch.setenv("ADVOCACY_VAR", str(tmp_path))
    attach.ensure_secrets(var=tmp_path)

    assert clean.main() == 1

    assert "by hand" in capsys.readouterr().err
    assert (tmp_path / "photo").exists()


def test_data_in_use_are_not_removed(var):
    with attach.ensure_servers(var=var):
        assert not clean.stop_and_remove(folders.prepare(var))

    assert clean.stop_and_remove(folders.prepare(var))
    assert not var.exists()


def test_a_lock_dies_with_its_process(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
    holder.stdout.readline()
    lock = FileLock(path)

    assert not lock.try_alone()
    holder.kill()
    holder.communicate()
    assert lock.try_alone()
    lock.close()


def test_waiting_gives_up():
    began = time.monotonic()

    assert not processes.wait_until(lambda: False, seconds=0.1)
    assert time.monotonic() - began < 1

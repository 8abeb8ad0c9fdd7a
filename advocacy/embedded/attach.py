"""Attach a process to the embedded servers: start what does not run, stop it when the last one leaves.

Every attached process shares the lock `var/run/users.lock`. Who leaves and can get it alone was the last
and stops the servers, whoever started them. A killed process gives up its share by dying; if it was the
last, the servers stay until the next one comes, attaches and leaves.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from advocacy.embedded import folders, keys
from advocacy.embedded.folders import Folders
from advocacy.embedded.keys import Keys
from advocacy.embedded.locks import FileLock, alone
from advocacy.embedded.postgres import DATABASE, SUPERUSER, Cluster
from advocacy.embedded.valkey import Broker

OWNER = "app_owner"
USER = "app_user"

Progress = Callable[[str], None]


class Servers:
    """What this process is attached to. Close it when the process is done; twice does no harm."""

    def __init__(self) -> None:
        self.started_database = False
        self._servers: tuple[Broker, Cluster] | None = None
        self._users: FileLock | None = None
        self._environment: list[str] = []
        self._afterwards: Callable[[], None] | None = None

    def __enter__(self) -> "Servers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def attach(self, found: Folders, made: Keys, *, durable: bool, progress: Progress) -> None:
        """Attach to the servers that the environment does not name, and name them there."""
        with alone(found.run / "start.lock"):
            self._users = FileLock(found.run / "users.lock")
            self._users.share()
            broker, cluster = self._servers = Broker(found, made), Cluster(found, made, durable=durable)
            if not os.environ.get("DATABASE_URL"):
                self._attach_database(cluster, made, progress)
            if not os.environ.get("REDIS_URL"):
                self._attach_broker(broker, progress)

    def _attach_database(self, cluster: Cluster, made: Keys, progress: Progress) -> None:
        began = time.monotonic()
        self.started_database = cluster.ensure()
        self._name("DATABASE_URL", cluster.url(USER, made.user_password))
        self._name("DATABASE_OWNER_URL", cluster.url(OWNER, made.owner_password))
        self._name("DATABASE_ADMIN_URL", cluster.url(SUPERUSER, made.superuser_password, "postgres"))
        progress(f"PostgreSQL ready ({time.monotonic() - began:.1f} s)")

    def _attach_broker(self, broker: Broker, progress: Progress) -> None:
        began = time.monotonic()
        broker.ensure()
        self._name("REDIS_URL", broker.url())
        progress(f"Valkey ready ({time.monotonic() - began:.1f} s)")

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do this once the servers are left."""
        self._afterwards = act

    def _name(self, variable: str, value: str) -> None:
        os.environ[variable] = value
        self._environment.append(variable)

    def close(self) -> None:
        """Leave the servers. The last one out stops them."""
        users, self._users = self._users, None
        if users is None:
            return
        try:
            if users.try_alone():
                for server in self._servers or ():
                    server.stop()
        finally:
            users.close()
            while self._environment:
                os.environ.pop(self._environment.pop(), None)
        if self._afterwards is not None:
            self._afterwards()


def ensure_servers(*, var: Path, durable: bool = True, progress: Progress | None = None) -> Servers:
    """Make the environment name a database and a broker: the embedded ones, unless it names others.

    Raises:
        EmbeddedError: a server cannot be had; the message says what to do.
    """
    servers = Servers()
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return servers
    found = folders.prepare(var)
    made = ensure_secrets(var=var)
    try:
        servers.attach(found, made, durable=durable, progress=progress or _quiet)
    except BaseException:
        servers.close()
        raise
    return servers


def ensure_secrets(*, var: Path) -> Keys:
    """Give development and tests their keys, unless the environment has some. Production never calls it."""
    found = folders.prepare(var)
    with alone(found.run / "keys.lock"):
        made = keys.load(var)
    given = {"ADVOCACY_SECRET_KEY": made.secret_key, "ADVOCACY_FIELD_KEYS": f"k1:{made.field_key}"}
    os.environ.update({name: value for name, value in given.items() if not os.environ.get(name)})
    return made


def prepare_database() -> None:
    """Make the roles, the database and its grants over the administrator's address in the environment."""
    # Late, because it belongs to a feature: this package is needed before there is one.
    from advocacy.organisations.database import prepare

    prepare(os.environ["DATABASE_ADMIN_URL"], database=DATABASE)


def _quiet(_: str) -> None:
    return

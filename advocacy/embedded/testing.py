"""A throw-away PostgreSQL and Valkey for one test session."""

import os
import secrets
from pathlib import Path

from advocacy.embedded import attach, folders
from advocacy.embedded.attach import Servers
from advocacy.embedded.clean import stop_and_remove
from advocacy.embedded.locks import alone

PREFIX = "test-"
VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL")


def start(var: Path) -> Servers:
    """Start servers that are fast because they may lose their data, in a new folder inside `var`.

    Close them at the end of the session, which removes the folder. Addresses that the environment names are
    set aside: tests never run on servers that somebody uses.
    """
    parent = folders.prepare(var)
    for name in VARIABLES:
        os.environ.pop(name, None)
    with alone(parent.run / "tests.lock"):
        _sweep(parent.var)
        own = parent.var / f"{PREFIX}{secrets.token_hex(8)}"
        try:
            servers = attach.ensure_servers(var=own, durable=False)
        except BaseException:
            stop_and_remove(folders.prepare(own))
            raise
    servers.afterwards(lambda: _remove(own))
    return servers


def _remove(own: Path) -> None:
    stop_and_remove(folders.prepare(own))


def _sweep(parent: Path) -> None:
    """Remove what sessions that were killed have left."""
    for left in parent.glob(f"{PREFIX}*"):
        _remove(left)

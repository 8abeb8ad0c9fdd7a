"""What manage.py does before Django reads the settings: name the servers and the keys."""

import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from advocacy.embedded import attach, folders

# These read no row, and should not make anybody wait for a server.
WITHOUT_DATABASE = frozenset(
    {
        *("help", "version", "check", "diffsettings"),
        *("makemessages", "compilemessages", "collectstatic", "findstatic"),
        *("startapp", "explain_deadline"),
    }
)
# Django wants some address; this one leads nowhere.
NO_DATABASE = "postgresql://none@127.0.0.1:1/none"
AS_OWNER = frozenset({"migrate", "createcachetable"})


def is_dev(arguments: Sequence[str]) -> bool:
    """Tell whether the supervisor is asked for, which starts the servers itself."""
    return list(arguments) == ["dev"]


def needs_database(arguments: Sequence[str]) -> bool:
    """Tell whether this command line talks to the database."""
    command = arguments[0] if arguments else "help"
    if command.startswith("-") or {"--help", "-h"} & set(arguments):
        return False
    if command == "check":
        return "--database" in arguments
    if command == "makemigrations":
        return not {"--check", "--dry-run"} & set(arguments)
    return command not in WITHOUT_DATABASE


def servers_for(arguments: Sequence[str]) -> attach.Servers:
    """Return the servers that this command line needs, attached. Close them when it is done.

    Raises:
        EmbeddedError: a server cannot be had.
    """
    servers = attach.Servers()
    if os.environ.get("ADVOCACY_ENV", "dev") != "prod":
        servers = _attach(arguments)
    if arguments and arguments[0] in AS_OWNER and (owner := os.environ.get("DATABASE_OWNER_URL")):
        os.environ["DATABASE_URL"] = owner
    return servers


def _attach(arguments: Sequence[str]) -> attach.Servers:
    var = folders.default_var()
    attach.ensure_secrets(var=var)
    if not needs_database(arguments):
        os.environ.setdefault("DATABASE_URL", NO_DATABASE)
        return attach.Servers()
    # Otherwise SIGTERM would end us before we can leave the servers.
    signal.signal(signal.SIGTERM, _exit)
    servers = attach.ensure_servers(var=var)
    try:
        if servers.started_database:
            attach.prepare_database()
    except BaseException:
        servers.close()
        raise
    return servers


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)

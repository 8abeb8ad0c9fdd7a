"""Pytest plugin: real PostgreSQL and a real broker for the session, gone at its end.

Loaded by `-p` so that it runs before pytest-django reads the settings. Workers of xdist inherit the
controller's servers through the environment.
"""

import atexit
import os

MARK = "ADVOCACY_TEST_SERVERS"


def _start() -> None:
    os.environ["ADVOCACY_ENV"] = "test"
    if os.environ.get(MARK):
        return
    from advocacy.embedded import testing
    from advocacy.organisations.database import prepare
    from advocacy.settings.env import ROOT

    var = ROOT / "var"
    servers = testing.start(var)
    atexit.register(servers.close)
    os.environ[MARK] = "1"
    os.environ["ADVOCACY_VAR"] = str(var / "testing")
    prepare(os.environ["DATABASE_ADMIN_URL"], database="advocacy")


_start()

"""Two people at once: real threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

from django.db import connections

from advocacy.organisations.scope import Door, scope


def at_once(organisation_id: UUID, *acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in one thread each, started together; return what each returned or raised."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with scope(organisation_id, door=Door.STAFF):
                gate.wait(timeout=10)
                return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))

"""The database as the restricted role, and the cast (docs/testing.md)."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections
from django.test import Client, TransactionTestCase
from psycopg.conninfo import make_conninfo

from advocacy.accounts import services as accounts
from advocacy.accounts.models import User
from advocacy.accounts.roles import ADVOCATE, AUDITOR, OWNER, SUPERVISOR, VOLUNTEER, Role
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from tests import databases
from tests.factories import make_organisation, make_person
from tests.signing_in import enter

# What takes longest, longest first. Workers begin with it, so that none of them is left alone with it at the
# end (`--no-loadscope-reorder` in pyproject.toml: xdist would begin with the files that hold most tests).
LONG = (
    "tests/security/test_walk.py",
    "tests/browser/test_main_job.py",
    "tests/browser/",
    "tests/advocacy/demo/",
    "tests/chaos/",
    "tests/security/",
    "tests/cases/test_forms.py",
    "tests/cases/test_random_lives.py",
    "tests/advocacy/embedded/",
    "tests/advocacy/dashboard/",
    "tests/advocacy/accounts/test_answers.py",
)
# The collector looks at everything that Django holds, again and again, and finds next to nothing.
gc.set_threshold(100_000, 50, 1000)
# A Tuesday morning in California, far from any holiday.
NOW = datetime(2026, 9, 15, 17, 0, tzinfo=UTC)


def _named(address: str, database: str) -> str:
    return make_conninfo(os.environ[address], dbname=database)


@pytest.fixture(scope="session")
def database_name() -> str:
    return f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def admin_url(database_name: str) -> str:
    """A superuser's address: for planting and cleaning, never for the code under test."""
    return _named("DATABASE_ADMIN_URL", database_name)


@pytest.fixture(scope="session")
def owner_url(database_name: str) -> str:
    return _named("DATABASE_OWNER_URL", database_name)


@pytest.fixture(scope="session")
def django_db_setup(database_name: str) -> None:
    """Serve the suite, in a copy of the migrated database, as the role that owns nothing."""
    databases.create(database_name)
    for alias in ("default", "cache"):
        connections[alias].settings_dict["NAME"] = database_name


def _clean(self: Any) -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
    databases.empty(_named("DATABASE_ADMIN_URL", connections["default"].settings_dict["NAME"]))


TransactionTestCase._fixture_teardown = _clean  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every database test use both connections; each is rolled back, or cleaned, after it."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            mark.kwargs.setdefault("databases", ["default", "cache"])
    if hasattr(config, "workerinput"):
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """Return where the item stands in the order of work; what is not named comes last, as it was found."""
    return next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))


def _with_room(act: Callable[[], Any]) -> Any:
    return act()


# CPython keeps the frames of calls in chunks of 16 KiB. A call that begins just where a chunk ends has the
# system map another one and take it away again, each time: a quarter of the isolation walk went there. A
# frame that asks for more than half a MiB gets a chunk of 1 MiB, whose rest has room for all that it calls.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=66_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """Run each test as pytest does, with room for deep calls."""
    runner: Any = item.config.pluginmanager.getplugin("runner")
    return _with_room(lambda: runner.pytest_runtest_protocol(item=item, nextitem=nextitem))


@pytest.fixture
def harbor(db: None) -> Organisation:
    return make_organisation(name="Harbor Health Advocates", slug="harbor", now=NOW)


@pytest.fixture
def sierra(db: None) -> Organisation:
    return make_organisation(name="Sierra Patient Alliance", slug="sierra", now=NOW)


def _member(name: str, organisation: Organisation, role: Role) -> User:
    user = make_person(name=name, now=NOW)
    accounts.join(user=user, organisation=organisation, role=role, now=NOW)
    return user


@pytest.fixture
def alice(harbor: Organisation) -> User:
    """Alice owns Harbor."""
    return _member("Alice Moreau", harbor, OWNER)


@pytest.fixture
def dana(harbor: Organisation) -> User:
    """Dana supervises at Harbor."""
    return _member("Dana Whitfield", harbor, SUPERVISOR)


@pytest.fixture
def bob(harbor: Organisation) -> User:
    """Bob is an advocate at Harbor."""
    return _member("Bob Ortega", harbor, ADVOCATE)


@pytest.fixture
def vera(harbor: Organisation) -> User:
    """Vera volunteers at Harbor: she sees the cases assigned to her."""
    return _member("Vera Lindgren", harbor, VOLUNTEER)


@pytest.fixture
def adam(harbor: Organisation) -> User:
    """Adam audits Harbor: he reads and changes nothing."""
    return _member("Adam Okafor", harbor, AUDITOR)


@pytest.fixture
def charlie(sierra: Organisation) -> User:
    """Charlie is an advocate at Sierra: a neighbour."""
    return _member("Charlie Nakamura", sierra, ADVOCATE)


@pytest.fixture
def olga(db: None) -> User:
    """Olga operates the platform and belongs to no organisation: a stranger."""
    return make_person(name="Olga Petrov", now=NOW, is_operator=True)


@pytest.fixture
def in_harbor(harbor: Organisation) -> Iterator[None]:
    with scope(harbor.pk, door=Door.STAFF):
        yield


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a browser-like client in which the person is signed in, with a second step."""

    def sign_in(user: User) -> Client:
        return enter(Client(), user)

    return sign_in

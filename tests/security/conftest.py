"""Two tenants, committed, for the tests that look at the database from outside of Django."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from advocacy.kernel import clock
from tests.databases import empty
from tests.security.database import administrator
from tests.security.figures import pytest_terminal_summary
from tests.security.tenants import HARBOR, SIERRA, Tenant, make_tenant

__all__ = ["pytest_terminal_summary"]


@pytest.fixture(scope="module")
def mail_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("mail")
    with override_settings(MAIL_FOLDER=folder):
        yield folder


@pytest.fixture(scope="module")
def two_tenants(
    django_db_setup: None, django_db_blocker: Any, admin_url: str, mail_folder: Path
) -> Iterator[tuple[Tenant, Tenant]]:
    """Harbor and Sierra, full and committed. For tests that use neither `db` nor `transactional_db`."""
    with django_db_blocker.unblock():
        empty(admin_url)
        now = clock.now()
        tenants = make_tenant(HARBOR, now=now), make_tenant(SIERRA, now=now)
        connections.close_all()
    yield tenants
    empty(admin_url)


@pytest.fixture
def as_administrator(django_db_blocker: Any, two_tenants: tuple[Tenant, Tenant]) -> Iterator[None]:
    with django_db_blocker.unblock(), administrator():
        yield

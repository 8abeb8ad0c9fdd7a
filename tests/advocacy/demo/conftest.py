"""The demo, made once for the tests that only look at it; folders of its own for each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.test import TransactionTestCase, override_settings

from advocacy.organisations.models import Organisation
from advocacy.organisations.services import job_in


def folders(folder: Path) -> dict[str, Any]:
    """Return the settings that keep papers and mail in a folder."""
    documents = project.STORAGES["documents"]
    papers = documents | {"OPTIONS": documents["OPTIONS"] | {"location": folder / "files"}}
    return {
        "VAR": folder,
        "MAIL_FOLDER": folder / "mail",
        "STORAGES": project.STORAGES | {"documents": papers},
    }


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """Seed by the command, and empty the tables after the last test of the module."""
    folder = tmp_path_factory.mktemp("demo")
    with override_settings(**folders(folder)):
        with django_db_blocker.unblock():
            call_command("seed_demo", verbosity=0)
        yield folder
    with django_db_blocker.unblock():
        # As after every test that commits.
        TransactionTestCase._fixture_teardown(None)


@pytest.fixture
def own_folders(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner_url: str) -> Path:
    """Keep files and mail in this test's folder, and name the test's database to the owner."""
    for name, value in folders(tmp_path).items():
        setattr(settings, name, value)
    monkeypatch.setenv("DATABASE_OWNER_URL", owner_url)
    return tmp_path


def rows(admin_url: str) -> dict[str, list[str]]:
    """Return every row of every table, over the administrator's address."""
    with psycopg.connect(admin_url) as database:
        tables = database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        return {
            name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"').fetchall()))
            for (name,) in tables
        }


def in_each() -> Iterator[Organisation]:
    """Enter each organisation of the demo in turn."""
    for organisation in Organisation.objects.filter(is_demo=True).order_by("slug"):
        with job_in(organisation.pk):
            yield organisation

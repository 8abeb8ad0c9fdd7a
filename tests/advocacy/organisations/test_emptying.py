"""What empties the tables between tests leaves no row behind, whichever way it goes about it."""

import psycopg
import pytest
from django.db import transaction
from psycopg import sql

from advocacy.organisations.models import Organisation
from advocacy.organisations.services import job_in
from tests import databases
from tests.conftest import NOW
from tests.factories import make_filed_case

pytestmark = pytest.mark.django_db(transaction=True)


def rows_in(admin_url: str) -> dict[str, int]:
    """Count the rows of every table that a test may write, and leave out the empty ones."""
    with psycopg.connect(admin_url) as database:
        names = database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND NOT relname = ANY (%s)",
            [list(databases.KEPT)],
        ).fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        found = {
            name: database.execute(count.format(sql.Identifier(name))).fetchone()[0] for (name,) in names
        }
    return {name: number for name, number in found.items() if number}


@pytest.mark.parametrize("large", [databases.LARGE_BYTES, 0], ids=["row by row", "as a whole"])
def test_no_row_is_left(harbor, bob, admin_url, monkeypatch, large):
    monkeypatch.setattr(databases, "LARGE_BYTES", large)
    with job_in(harbor.pk), transaction.atomic():
        make_filed_case(by=bob, now=NOW)
    assert {"organisation", "person", "case_file", "deadline", "audit_event"} <= rows_in(admin_url).keys()

    databases.empty(admin_url)

    assert rows_in(admin_url) == {}
    assert not Organisation.objects.exists()

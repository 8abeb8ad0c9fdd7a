import pytest
from django.db import connection

from advocacy.organisations.catalogue import violations

pytestmark = pytest.mark.django_db


def test_every_lock_stands_and_the_suite_runs_as_the_restricted_role():
    assert violations(connection) == []

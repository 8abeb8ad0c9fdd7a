"""How the dates of a case come into the database: together, and numbered on where a clock comes back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.deadlines import services
from cases.deadlines.models import Deadline
from cases.grievances import services as grievances
from tests.conftest import NOW
from tests.factories import day_before, make_denied_case, make_filed_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def test_all_dates_that_a_fact_begins_are_written_in_one_statement(bob):
    case = make_denied_case(by=bob, now=NOW)

    with CaptureQueriesContext(connection) as asked:
        grievances.file_grievance(
            case=case, filed_on=day_before(NOW, 2), channel="fax", reference="", by=bob, now=NOW
        )

    written = [each for each in asked.captured_queries if each["sql"].startswith('INSERT INTO "deadline"')]
    assert len(written) == 1
    assert Deadline.objects.open().filter(case=case).count() > 2


def test_a_clock_that_comes_back_is_the_next_version_of_itself(bob):
    case, _ = make_filed_case(by=bob, now=NOW)
    clocks = services.clocks_of(case)

    services.bring_about(case=case, wanted=clocks[:1], now=NOW)
    services.bring_about(case=case, wanted=clocks, now=NOW)

    versions = Deadline.objects.filter(case=case).order_by("version").values_list("rule", "version", "state")
    kept, *others = [clock.rule for clock in clocks]
    assert [each for each in versions if each[0] == kept] == [(kept, 1, "met")]
    for rule in others:
        states = [(version, state) for name, version, state in versions if name == rule]
        assert states == [(1, "superseded"), (2, "open")], rule

"""The benchmarks run, and their table names every goal. What they measure is never asserted."""

import pytest

from benchmarks.__main__ import measure, table
from benchmarks.data import SMALL


@pytest.fixture
def unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_every_goal_has_its_line(unblocked):
    report = measure(SMALL)

    shown = table(report)
    print(shown)
    assert {row["goal"] for row in report["results"]} == {"8", "9", "10", "11"}
    assert all(row["what"] in shown for row in report["results"])
    assert all(len(row["ours"]) == SMALL.rounds for row in report["results"])

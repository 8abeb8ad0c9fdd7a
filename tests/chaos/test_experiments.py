"""The short form of every experiment, and that each is found out when its safeguard is left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import campaign
from tests.chaos.trial import Experiment

EXPERIMENTS = campaign.experiments()


@pytest.fixture
def unblocked(django_db_blocker) -> Iterator[None]:
    """Each has a database of its own, and changes for good what it changes there."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_it_holds(experiment: Experiment, unblocked):
    finding = campaign.perform(experiment, seed=1, short=True, off=False)

    print(finding.line())
    assert finding.runs > 0
    # What took too long on a busy machine is no fault: `finding.slow` is reported by the campaign alone.
    assert finding.violations == []


@pytest.mark.proof
@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_it_is_found_out_without_its_safeguard(experiment: Experiment, unblocked):
    finding = campaign.perform(experiment, seed=1, short=True, off=True)

    print(finding.line())
    assert finding.runs > 0
    assert not finding.holds


def test_the_whole_campaign_stays_within_forty_minutes():
    assert len(EXPERIMENTS) > 5, "the scan found too little to prove anything"
    # A run with its safeguard left out takes a quarter of a minute.
    assert sum(each.budget + 15 for each in EXPERIMENTS.values()) <= 40 * 60


def test_a_line_of_another_commit_is_not_taken_for_one_of_this(tmp_path: Path):
    path = tmp_path / "chaos.jsonl"
    path.write_text('{"id": "R1", "commit": "a", "runs": 1}\n{"id": "R1", "commit": "b", "runs": 2}\n')

    assert campaign.kept(path, "a")["R1"]["runs"] == 1
    assert campaign.kept(path, "b")["R1"]["runs"] == 2
    assert campaign.kept(path, "c") == {}

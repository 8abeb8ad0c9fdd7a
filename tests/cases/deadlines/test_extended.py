"""The time was extended as the law allows: counted from the nominal date, with the chain in the working."""

from datetime import date, timedelta

import pytest

from cases.casefile import services as casefile
from cases.casefile.models import Note
from cases.casefile.queries import standing_events
from cases.deadlines import services
from cases.deadlines.derivation import Clock, Fact
from cases.deadlines.engine import PACIFIC, BadExtension, explain, extend
from cases.deadlines.models import Deadline, State
from cases.deadlines.rules import load_rulebook
from cases.deadlines.services.recompute import start_of
from tests.cases.pages import everything
from tests.conftest import NOW
from tests.factories import make_denied_case, with_clock

pytestmark = pytest.mark.django_db

DECISION, COMPLAINT = "dmhc-imr-decision-30d", "dmhc-complaint-decision-30d"
# 30 days from here end on a Sunday; the last day moves to Monday, September 28.
STARTED, NOTICE = date(2026, 8, 28), date(2026, 9, 14)


def explained(slug: str, on: date = STARTED):
    rule = load_rulebook().rule(slug, on)
    start = explain(rule, triggered_at=NOW.astimezone(PACIFIC).replace(month=on.month, day=on.day))
    return start, load_rulebook().rule(rule.extended_by, on) if rule.extended_by else None


@pytest.fixture
def decision(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    return with_clock(case=case, rule=DECISION, on=STARTED, now=NOW)


def extended(deadline: Deadline, by: object, **more: object) -> Deadline:
    return services.extend_time(deadline=deadline, on=NOTICE, reason="Good cause", by=by, now=NOW, **more)


def test_three_days_count_from_the_nominal_date_and_the_moved_one_is_another_reading():
    base, extension = explained(DECISION)

    found = extend(base, extension, notice_on=NOTICE)

    assert base.nominal.date() == date(2026, 9, 27)
    assert (found.nominal.date(), found.act_on.date()) == (date(2026, 9, 30), date(2026, 9, 30))
    assert [each.due.date() for each in found.readings] == [date(2026, 10, 1)]
    assert found.late_after.date() == date(2026, 10, 1)


def test_the_working_shows_the_chain_and_one_advice():
    base, extension = explained(DECISION)

    found = extend(base, extension, notice_on=NOTICE)

    assert found.steps[: len(base.steps)] == base.steps
    assert found.steps[len(base.steps)].figure == "Sun, Sep 27"
    assert "The time was extended by the notice of Mon, Sep 14, 2026." in found.sentences
    assert sum("late after" in each for each in found.sentences) == 1


def test_an_extension_that_the_rule_does_not_name_is_refused():
    base, _ = explained("dmhc-grievance-resolve-30d")
    _, extension = explained(DECISION)

    with pytest.raises(BadExtension):
        extend(base, extension, notice_on=NOTICE)


def test_every_extension_in_the_rulebook_can_be_counted():
    rules = [rule for rule in load_rulebook().all() if rule.extended_by]
    for rule in rules:
        base, extension = explained(rule.slug)
        until = base.last_lawful.date() + timedelta(days=9) if extension.unit == "none" else None
        found = extend(base, extension, notice_on=NOTICE, until=until)
        assert found.nominal > base.nominal

    assert len(rules) == 9


def test_the_extended_time_is_a_new_version_and_the_first_stays_readable(decision, bob, dana):
    new = extended(decision, dana)

    assert (new.version, new.state, new.act_on) == (2, State.OPEN, date(2026, 9, 30))
    assert (new.extended_on, new.extended_by, new.extended_reason) == (NOTICE, dana, "Good cause")
    decision.refresh_from_db()
    assert (decision.state, decision.extended_on) == (State.SUPERSEDED, None)
    assert "to Wed, Sep 30, 2026" in Note.objects.get().text


def bring_about(deadline: Deadline, on: date) -> None:
    case, event = deadline.case, standing_events(deadline.case)[-1]
    start = start_of(Deadline(triggered_on=on))
    clock = Clock(deadline.rule, Fact(event.pk, event.kind, event.occurred_on), start)
    services.bring_about(case=case, wanted=[*services.clocks_of(case), clock], now=NOW)


def test_recomputing_leaves_the_extended_version(decision, bob):
    extended(decision, bob)
    before = everything()

    for _ in range(2):
        bring_about(decision, STARTED)

    assert everything() == before


def test_a_changed_start_keeps_the_extension_and_counts_it_from_the_new_date(decision, bob):
    extended(decision, bob)

    bring_about(decision, STARTED + timedelta(days=2))

    new = Deadline.objects.standing().get(case=decision.case, rule=DECISION)
    assert (new.version, new.extended_on, new.nominal_on) == (3, NOTICE, date(2026, 10, 2))


def test_an_extension_is_taken_back(decision, bob):
    new = services.not_extended(deadline=extended(decision, bob), reason="Another case", by=bob, now=NOW)

    assert (new.version, new.extended_on, new.act_at) == (3, None, decision.act_at)
    with pytest.raises(services.NothingToTakeBack):
        services.not_extended(deadline=new, reason="again", by=bob, now=NOW)


def test_a_time_is_extended_once(decision, bob):
    new = extended(decision, bob)

    with pytest.raises(services.AlreadyExtended):
        extended(new, bob)


def test_a_time_without_such_a_rule_is_not_extended(in_harbor, bob):
    deadline = Deadline.objects.standing().get(case=make_denied_case(by=bob, now=NOW))

    with pytest.raises(services.NoWayToExtend):
        extended(deadline, bob)


def test_an_extension_without_length_ends_as_the_notice_says(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    deadline = with_clock(case=case, rule=COMPLAINT, on=STARTED, now=NOW)

    for to in (None, date(2026, 9, 28)):
        with pytest.raises(services.EndTooEarly):
            extended(deadline, bob, to=to)
    new = extended(deadline, bob, to=date(2026, 10, 20))

    assert (new.nominal_on, new.last_lawful_on) == (date(2026, 10, 20), date(2026, 10, 20))
    before = everything()
    bring_about(new, STARTED)
    assert everything() == before


def test_a_corrected_fact_that_takes_the_clock_away_takes_the_extension_with_it(decision, bob):
    extended(decision, bob)
    [denied] = standing_events(decision.case)

    casefile.correct_event(event=denied, occurred_on=denied.occurred_on, reason="same day", by=bob, now=NOW)

    assert not Deadline.objects.standing().filter(case=decision.case, rule=DECISION).exists()

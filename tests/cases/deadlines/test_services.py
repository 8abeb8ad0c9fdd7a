"""Deadlines equal their facts: recomputed, superseded, met, opened again, seen."""

import json
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.casefile import services as casefile
from cases.casefile.models import Case, Event
from cases.casefile.queries import standing_events
from cases.clients import services as clients
from cases.clients.models import Coverage
from cases.deadlines import explain, services
from cases.deadlines.engine import PACIFIC
from cases.deadlines.models import Deadline, State
from cases.deadlines.tasks import recompute_all
from cases.grievances import services as grievances
from tests.cases.pages import boxes, errors_by_fields, everything, unchanged
from tests.conftest import NOW
from tests.factories import (
    day_before,
    make_answered_case,
    make_case,
    make_denied_case,
    make_filed_case,
)

pytestmark = pytest.mark.django_db

COMPLAIN, ACK, ANSWER = "dmhc-grievance-file-180d", "dmhc-grievance-ack-5d", "dmhc-grievance-resolve-30d"
WAIT, REVIEW, CARRY_OUT = "dmhc-wait-30d", "dmhc-imr-apply-6mo", "dmhc-imr-implement-5wd"
CDI = {"cdi-internal-appeal-180d", "cdi-respond-claimant-15d", "cdi-imr-wait", "cdi-imr-apply-6mo"}
# Days before NOW on which a DMHC rule is in force and no rule of CDI is.
OLDER_THAN_CDI = 3_000


def standing(case: Case) -> dict[str, Deadline]:
    return {deadline.rule: deadline for deadline in Deadline.objects.standing().filter(case=case)}


def the(kind: str, case: Case) -> Event:
    [event] = [event for event in standing_events(case) if event.kind == kind]
    return event


def correct(event: Event, days: int, by: object) -> Event:
    return casefile.correct_event(
        event=event, occurred_on=event.occurred_on + timedelta(days), reason="stamp", by=by, now=NOW
    )


def test_recomputing_changes_nothing_a_second_time(in_harbor, bob):
    case, _ = make_answered_case(by=bob, now=NOW, answered_days_ago=3)

    assert unchanged(lambda: services.recompute(case=case, now=NOW + timedelta(days=1)))
    assert set(standing(case)) == {COMPLAIN, ACK, ANSWER, WAIT, REVIEW}


def test_a_corrected_fact_replaces_the_version_and_keeps_the_old_one_readable(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=20)
    old = standing(case)[COMPLAIN]

    corrected = correct(old.trigger, -3, bob)

    new = standing(case)[COMPLAIN]
    assert (new.version, new.trigger, new.state) == (2, corrected, State.OPEN)
    assert new.nominal_on == old.nominal_on - timedelta(days=3)
    said = (old.act_at, old.sentences, old.steps, old.trigger_id)
    old.refresh_from_db()
    assert (old.version, old.state) == (1, State.SUPERSEDED)
    assert old.superseded_at is not None
    assert (old.act_at, old.sentences, old.steps, old.trigger_id) == said


def test_versions_are_numbered_without_a_gap(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=20)
    for days in (-1, -2, 4):
        correct(the("denied", case), days, bob)

    versions = Deadline.objects.filter(case=case, rule=COMPLAIN).order_by("version")
    assert [each.version for each in versions] == [1, 2, 3, 4]
    assert [each.state for each in versions] == ["superseded"] * 3 + ["open"]


def test_a_fact_that_moves_no_date_makes_no_new_version(in_harbor, bob):
    case, grievance = make_filed_case(by=bob, now=NOW)
    before = {rule: (each.pk, each.version) for rule, each in standing(case).items()}

    grievances.record(move="acknowledged", grievance=grievance, on=day_before(NOW, 2), by=bob, now=NOW)

    assert {rule: (each.pk, each.version) for rule, each in standing(case).items()} == before


def test_a_clock_is_met_by_its_fact_and_on_its_day(in_harbor, bob):
    case, grievance = make_filed_case(by=bob, now=NOW)
    grievances.record(move="acknowledged", grievance=grievance, on=day_before(NOW, 2), by=bob, now=NOW)

    met = standing(case)[ACK]

    assert (met.state, met.met_on, met.met_by) == (
        State.MET, day_before(NOW, 2), the("grievance_acknowledged", case),
    )  # fmt: skip
    assert standing(case)[ANSWER].state == State.OPEN


def test_a_met_clock_whose_start_moves_is_met_in_its_new_version(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)

    correct(the("denied", case), -2, bob)

    old, new = Deadline.objects.filter(case=case, rule=COMPLAIN).order_by("version")
    assert (old.state, old.met_by, old.met_on) == (State.SUPERSEDED, None, None)
    assert (new.state, new.met_by) == (State.MET, the("grievance_filed", case))


def test_a_clock_follows_the_correction_of_the_fact_that_met_it(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)

    corrected = correct(the("grievance_filed", case), -1, bob)

    met = standing(case)[COMPLAIN]
    assert (met.version, met.met_by, met.met_on) == (1, corrected, corrected.occurred_on)


def test_a_met_clock_opens_again_when_the_fact_that_met_it_does_not_stand(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)
    filed = the("grievance_filed", case)
    # No page takes a fact back yet; a correction to another kind is how one would.
    Event.objects.create(
        client_id=case.client_id, case=case, kind="imr_implemented", occurred_on=filed.occurred_on,
        corrects=filed, recorded_at=NOW, recorded_by=bob,
    )  # fmt: skip

    services.recompute(case=case, now=NOW)

    open_again = standing(case)
    assert set(open_again) == {COMPLAIN}
    assert (open_again[COMPLAIN].state, open_again[COMPLAIN].met_by) == (State.OPEN, None)


def test_an_early_answer_brings_the_review_forward_and_says_why(in_harbor, bob):
    case, grievance = make_filed_case(by=bob, now=NOW, filed_days_ago=20)
    silent = standing(case)[REVIEW]

    grievances.record(
        move="answered", grievance=grievance, on=day_before(NOW, 1), outcome="upheld", by=bob, now=NOW
    )

    answered = standing(case)[REVIEW]
    assert answered.version == silent.version + 1
    assert answered.act_at < silent.act_at
    assert answered.trigger.kind == "grievance_answered"


def test_an_answer_after_the_thirtieth_day_is_shown_beside_a_date_that_stays(in_harbor, bob):
    case, grievance = make_filed_case(by=bob, now=NOW, filed_days_ago=60)
    silent = standing(case)[REVIEW]

    grievances.record(
        move="answered", grievance=grievance, on=day_before(NOW, 5), outcome="upheld", by=bob, now=NOW
    )

    late = standing(case)[REVIEW]
    assert (late.act_at, late.nominal_at, late.last_lawful_at) == (
        silent.act_at, silent.nominal_at, silent.last_lawful_at,
    )  # fmt: skip
    assert any("written answer" in each["reading"] for each in late.readings)


def test_an_answer_that_gives_in_takes_the_review_clock_away(in_harbor, bob):
    case, _ = make_answered_case(by=bob, now=NOW, outcome="overturned")

    assert REVIEW not in standing(case)
    assert Deadline.objects.get(case=case, rule=REVIEW).state == State.SUPERSEDED


def test_seen_keeps_the_first_name(in_harbor, bob, dana):
    deadline = standing(make_denied_case(by=bob, now=NOW))[COMPLAIN]

    services.mark_seen(deadline=deadline, by=bob, now=NOW)
    assert unchanged(lambda: services.mark_seen(deadline=deadline, by=dana, now=NOW + timedelta(hours=1)))

    deadline.refresh_from_db()
    assert (deadline.seen_by, deadline.seen_at) == (bob, NOW)


def test_seen_is_not_carried_to_a_new_date(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    services.mark_seen(deadline=standing(case)[COMPLAIN], by=bob, now=NOW)

    correct(the("denied", case), -5, bob)

    assert standing(case)[COMPLAIN].seen_at is None
    assert Deadline.objects.get(case=case, rule=COMPLAIN, version=1).seen_by == bob


def test_while_the_regulator_is_unknown_the_clocks_of_both_are_shown(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW, regulator="unknown")

    assert set(standing(case)) == {COMPLAIN, ACK, ANSWER, WAIT, REVIEW} | CDI


def test_a_change_of_regulator_removes_the_clocks_and_brings_them_back(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)
    rules = set(standing(case))
    card = {
        "plan_name": "Golden Bay", "member_id": "GB-1", "delegate": "", "evidence_kind": "card",
        "evidence": "the card", "certainty": "likely", "by": bob.pk, "now": NOW,
    }  # fmt: skip

    clients.correct_coverage(coverage=case.coverage, regulator="cdi", **card)
    assert set(standing(case)) == CDI
    assert Deadline.objects.filter(case=case, state=State.SUPERSEDED).count() == len(rules)

    clients.correct_coverage(coverage=case.coverage, regulator="dmhc", **card)
    assert set(standing(case)) == rules
    assert {each.version for each in standing(case).values()} == {2}


def test_moving_a_case_to_another_plan_works_its_dates_out_again(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    cdi = clients.add_coverage(
        client=case.client,
        plan_name="Acme PPO",
        member_id="",
        regulator="cdi",
        evidence_kind="card",
        evidence="",
        certainty="likely",
        by=bob.pk,
        now=NOW,
    )

    casefile.correct_case(
        case=case, coverage=cdi, service="x", urgency="standard", owner=bob, by=bob.pk, now=NOW
    )

    assert set(standing(case)) == {"cdi-internal-appeal-180d"}


def test_one_clients_change_leaves_the_others_alone(in_harbor, bob):
    mine, other = make_denied_case(by=bob, now=NOW), make_denied_case(by=bob, now=NOW)
    before = Deadline.objects.filter(case=other).values().get()

    correct(the("denied", mine), -4, bob)

    assert Deadline.objects.filter(case=other).values().get() == before


def test_the_stored_deadline_equals_what_the_command_explains(in_harbor, bob):
    case, _ = make_answered_case(by=bob, now=NOW, filed_days_ago=70, answered_days_ago=9)

    for stored in standing(case).values():
        started = datetime.combine(stored.triggered_on, time(9), PACIFIC)
        answered = the("grievance_answered", case).occurred_on.isoformat()
        facts = {"answer_received_on": answered} if stored.rule == REVIEW else {}
        answer = json.loads(
            explain.answer_line(
                json.dumps({"rule": stored.rule, "triggered_at": started.isoformat(), "facts": facts})
            )
        )
        iso = {
            name: value and value.astimezone(PACIFIC).isoformat()
            for name, value in {
                "nominal": stored.nominal_at, "last_lawful": stored.last_lawful_at,
                "act_on": stored.act_at, "late_after": stored.late_after_at,
            }.items()
        }  # fmt: skip
        said = iso | {
            "opens_on": stored.opens_on and stored.opens_on.isoformat(),
            "ambiguous": stored.ambiguous,
            "direction": stored.direction,
            "alternatives": stored.readings,
            "working": [f"{number}. {each}" for number, each in enumerate(stored.sentences, 1)],
        }
        assert {key: answer[key] for key in said} == said, stored.rule


def test_a_year_that_no_rule_covers_is_refused_in_words_and_nothing_is_written(
    in_harbor, bob, signed_in, at_now
):
    case = make_case(by=bob, now=NOW)
    before = everything()

    response = signed_in(bob).post(
        f"/o/harbor/cases/{case.pk}/refusal/",
        {
            **boxes("dated_on", date(1926, 5, 26)), **boxes("received_on", date(1926, 5, 28)),
            "how_received": "mail", "reason": "necessity",
        },
    )  # fmt: skip

    assert response.status_code == 422
    assert errors_by_fields(response.content.decode()) == [services.DayOutOfReach.words]
    assert everything() == before


def test_correcting_a_day_into_a_year_that_no_rule_covers_is_refused(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)

    def act() -> None:
        with pytest.raises(services.DayOutOfReach):
            casefile.correct_event(
                event=the("denied", case), occurred_on=date(1926, 5, 26), reason="typo", by=bob, now=NOW
            )

    assert unchanged(act)


def test_the_hourly_look_brings_back_what_an_announcement_missed(in_harbor, harbor, sierra, bob, charlie):
    case = make_denied_case(by=bob, now=NOW)
    Deadline.objects.filter(case=case).update(
        state=State.SUPERSEDED, superseded_at=NOW, title="as if no announcement had come"
    )
    assert standing(case) == {}

    recompute_all()

    assert standing(case)[COMPLAIN].version == 2


def test_the_hourly_look_leaves_good_deadlines_alone(in_harbor, bob):
    make_answered_case(by=bob, now=NOW)

    assert unchanged(recompute_all)


def test_one_case_that_cannot_be_computed_does_not_keep_the_others_from_it(in_harbor, bob):
    broken = make_denied_case(by=bob, now=NOW, denied_days_ago=OLDER_THAN_CDI)
    good = make_denied_case(by=bob, now=NOW)
    Deadline.objects.filter(case=good).update(state=State.SUPERSEDED, superseded_at=NOW)
    Coverage.objects.filter(pk=broken.coverage_id).update(regulator="cdi")

    recompute_all()

    assert standing(good)[COMPLAIN].version == 2
    assert standing(broken)[COMPLAIN].version == 1


def copy(deadline: Deadline, **changes: object) -> Deadline:
    values = {field.attname: getattr(deadline, field.attname) for field in Deadline._meta.local_fields}
    return Deadline(**{key: value for key, value in values.items() if key != "id"} | changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"version": 9}, "deadline_one_standing"),
        ({"rule": "x", "state": "met", "met_by": None, "met_on": None}, "deadline_met_names_its_fact"),
        ({"rule": "x", "last_lawful_at": NOW - timedelta(days=900)}, "deadline_nominal_not_after_last"),
        ({"rule": "x", "seen_at": NOW}, "deadline_seen_at_and_by_together"),
    ],
)
def test_the_database_refuses_an_impossible_deadline(in_harbor, bob, changes, constraint):
    deadline = standing(make_denied_case(by=bob, now=NOW))[COMPLAIN]

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        copy(deadline, **changes).save(force_insert=True)

"""The gate before an IMR filing, and what its moves leave behind. Its table: test_lifecycles.py."""

from datetime import timedelta

import pytest

from advocacy.kernel.text import legal_day
from cases.appeals.models import Appeal
from cases.casefile import services as casefile
from cases.casefile.models import Event
from cases.casefile.queries import denial_of
from cases.deadlines.models import Deadline
from cases.imr import services
from cases.imr.models import IMRFiling
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_denied_case, make_filed_case, make_imr_case

TODAY = day_before(NOW, 0)


def file(case, by, on=TODAY):
    return services.file_imr(case=case, filed_on=on, channel="web", reference=" I-1 ", by=by, now=NOW)


@pytest.mark.django_db
def test_too_early_says_from_which_day(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    opens_on = Deadline.objects.get(case=case, rule="dmhc-wait-30d").opens_on

    with pytest.raises(services.TooEarly) as refused:
        file(case, bob)

    assert refused.value.words == (
        f"Too early: you can file from {legal_day(opens_on)}, or once the plan has answered"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("filed_days_ago", "opens"), [(29, False), (30, False), (31, True), (60, True)])
def test_the_way_opens_the_day_after_the_thirtieth(in_harbor, bob, filed_days_ago, opens):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=filed_days_ago)

    if opens:
        assert file(case, bob).state == "submitted"
    else:
        with pytest.raises(services.TooEarly):
            file(case, bob)


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["upheld", "partly"])
def test_a_refusal_in_the_answer_opens_the_way_the_same_day(in_harbor, bob, outcome):
    case, _ = make_answered_case(by=bob, now=NOW, answered_days_ago=0, filed_days_ago=6, outcome=outcome)

    filing = file(case, bob)

    assert (filing.state, filing.channel, filing.reference) == ("submitted", "web", "I-1")


@pytest.mark.django_db
def test_an_experimental_refusal_needs_no_grievance_and_no_wait(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=1, reason="experimental")

    assert file(case, bob).state == "submitted"


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["necessity", "emergency", "other"])
def test_every_other_refusal_needs_a_grievance(in_harbor, bob, reason):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=90, reason=reason)

    with pytest.raises(services.NoGrievance):
        file(case, bob)


@pytest.mark.django_db
def test_a_decision_in_the_clients_favour_starts_the_five_working_days(in_harbor, bob):
    case, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=9)

    services.record(move="decided", filing=filing, on=day_before(NOW, 4), outcome="partly", by=bob, now=NOW)

    clock = Deadline.objects.get(case=case, rule="dmhc-imr-implement-5wd")
    # Friday, September 11: five working days on is Friday, September 18.
    assert clock.nominal_on.isoformat() == "2026-09-18"
    services.record(move="implemented", filing=filing, on=TODAY, by=bob, now=NOW)
    clock.refresh_from_db()
    assert (clock.state, clock.met_on) == ("met", TODAY)


@pytest.mark.django_db
def test_a_lost_review_starts_no_clock(in_harbor, bob):
    case, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=9)

    services.record(move="decided", filing=filing, on=day_before(NOW, 4), outcome="upheld", by=bob, now=NOW)

    assert not Deadline.objects.filter(case=case, rule="dmhc-imr-implement-5wd").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "corrected"), [("upheld", "overturned"), ("overturned", "upheld")])
def test_a_corrected_decision_corrects_the_state_and_the_clock(in_harbor, bob, said, corrected):
    case, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=9)
    services.record(move="decided", filing=filing, on=day_before(NOW, 4), outcome=said, by=bob, now=NOW)
    decision = Event.objects.get(case=case, kind="imr_decided")

    casefile.correct_event(
        event=decision, occurred_on=decision.occurred_on, outcome=corrected, reason="read again", by=bob,
        now=NOW,
    )  # fmt: skip

    assert IMRFiling.objects.get(pk=filing.pk).state == f"determined_{corrected}"
    carry_out = Deadline.objects.open().filter(case=case, rule="dmhc-imr-implement-5wd")
    assert carry_out.exists() is (corrected == "overturned")


@pytest.mark.django_db
def test_a_coverage_decision_is_led_to_the_complaint_until_a_part_is_about_need(in_harbor, bob):
    case, _ = make_answered_case(by=bob, now=NOW, reason="coverage")

    with pytest.raises(services.CoverageDispute, match="goes to the department as a complaint"):
        file(case, bob)

    casefile.record_review_facts(denial=denial_of(case), facts={"necessity_in_part": True}, by=bob, now=NOW)
    assert file(case, bob).state == "submitted"


@pytest.mark.django_db
def test_an_urgent_case_under_dmhc_goes_at_once(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=1, urgency="expedited")

    assert file(case, bob).state == "submitted"


@pytest.mark.django_db
@pytest.mark.parametrize(("filed_days_ago", "opens"), [(3, False), (4, True)])
def test_an_urgent_case_under_cdi_waits_three_days(in_harbor, bob, filed_days_ago, opens):
    case, _ = make_filed_case(
        by=bob, now=NOW, filed_days_ago=filed_days_ago, regulator="cdi", urgency="expedited"
    )

    if opens:
        assert file(case, bob).state == "submitted"
    else:
        with pytest.raises(services.TooEarly):
            file(case, bob)


@pytest.mark.django_db
def test_an_experimental_refusal_of_an_insurer_needs_a_grievance_or_a_waiver(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=1, reason="experimental", regulator="cdi")
    with pytest.raises(services.NoGrievance):
        file(case, bob)

    casefile.record_review_facts(denial=denial_of(case), facts={"wait_waived": True}, by=bob, now=NOW)

    assert file(case, bob).state == "submitted"


@pytest.mark.django_db
def test_a_plan_under_cdi_has_its_thirty_days_too(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=1, regulator="cdi")

    with pytest.raises(services.TooEarly):
        file(case, bob)


@pytest.mark.django_db
def test_an_experimental_refusal_starts_the_six_months_of_its_own_letter(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=10, reason="experimental")

    owed = Deadline.objects.standing().filter(case=case, direction="ours").values_list("rule", flat=True)

    assert [rule for rule in owed if rule != "dmhc-grievance-file-180d"]


@pytest.mark.django_db
def test_a_review_without_a_grievance_ends_the_clock_of_the_grievance(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=10, reason="experimental")

    file(case, bob)

    assert not Deadline.objects.open().filter(case=case, direction="ours").exists()


@pytest.mark.django_db
def test_an_extension_by_the_director_lengthens_the_reviewers_clock(in_harbor, bob):
    case, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=20)
    services.record(filing=filing, move="accepted", on=day_before(NOW, 14), by=bob, now=NOW)
    before = Deadline.objects.open().get(case=case, rule="dmhc-imr-decision-30d")

    services.record(
        filing=filing, move="extended", on=day_before(NOW, 2), by=bob, now=NOW, details={"reason": "records"}
    )

    after = Deadline.objects.open().get(case=case, rule="dmhc-imr-decision-30d")
    assert after.nominal_on == before.nominal_on + timedelta(days=3)
    assert after.extended_on == day_before(NOW, 2)


@pytest.mark.django_db
def test_what_the_department_does_not_take_becomes_a_complaint_and_the_case_stays_open(in_harbor, bob):
    case, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=20)

    services.record(
        filing=filing, move="rejected", on=day_before(NOW, 4), by=bob, now=NOW, details={"reason": "coverage"}
    )

    assert Appeal.objects.get(case=case).state == "filed"
    rules = set(Deadline.objects.open().filter(case=case).values_list("rule", flat=True))
    assert {"dmhc-complaint-plan-response-5d", "dmhc-complaint-decision-30d"} <= rules
    assert type(case).objects.get(pk=case.pk).closed_at is None


@pytest.mark.django_db
def test_a_late_application_says_why_and_keeps_it(in_harbor, bob):
    case, _ = make_answered_case(by=bob, now=NOW, answered_days_ago=300, filed_days_ago=320)
    with pytest.raises(services.LateNeedsCause):
        file(case, bob)

    services.file_imr(
        case=case, filed_on=TODAY, channel="web", reference="", late_because=" in hospital ", by=bob, now=NOW
    )

    assert Event.objects.get(case=case, kind="imr_filed").details["late_because"] == "in hospital"

"""Clocks of hours: where the hour is asked for, and what an urgent case does with it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from advocacy.kernel.clock import NoSuchHour, instant_of
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import BY_THE_HOUR, Case, Event, EventKind
from cases.deadlines.derivation import TRACKS, Fact, clocks
from cases.deadlines.engine import PACIFIC
from cases.deadlines.models import Deadline
from cases.deadlines.rules import load_rulebook
from cases.grievances.models import Grievance
from cases.imr.models import IMRFiling
from tests.cases.pages import boxes, errors_by_fields, errors_in_summary, words_of
from tests.factories import make_answered_case, make_denied_case, make_imr_case

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 9, 18)
# Three quarters of an hour after the fax of that evening went out.
AT = datetime(2026, 9, 18, 19, 15, tzinfo=PACIFIC)
EVENING = datetime(2026, 9, 18, 18, 30, tzinfo=PACIFIC)
FILED = {"channel": "fax", "reference": "FX-1", "speaker": "client", **boxes("filed_on", FRIDAY)}
ASKED = "At what time?"


@pytest.fixture
def send(harbor: Any, bob: Any, signed_in: Any, clock_at: Any) -> Any:
    """Post a form as Bob on that Friday evening, and return the page that comes."""
    clock_at(AT)

    def post(name: str, about: Any, data: dict[str, str]) -> Any:
        return signed_in(bob).post(reverse(name, args=["harbor", about.pk]), data, follow=True)

    return post


def made(harbor: Any, make: Any, **fields: Any) -> Any:
    with scope(harbor.pk, door=Door.STAFF):
        return make(now=AT - timedelta(hours=2), **fields)


def clock_of(harbor: Any, case: Case, rule: str) -> Deadline:
    with scope(harbor.pk, door=Door.STAFF):
        return Deadline.objects.standing().get(case=case, rule=rule)


def test_the_hour_is_asked_of_the_facts_that_start_a_clock_of_hours():
    facts = [
        Fact(uuid4(), kind, FRIDAY, at=EVENING, outcome="upheld" if kind == "grievance_answered" else "")
        for kind in EventKind.values
        if "withdrawn" not in kind
    ]
    book = load_rulebook()
    started = {
        clock.trigger.kind
        for (_, urgent), track in TRACKS.items()
        for clock in clocks(facts, rulebook=book, track=track)
        if urgent and (rule := book.rule(clock.rule, FRIDAY)) and (rule.by_the_clock or rule.chase_hours)
    }

    assert started == BY_THE_HOUR - {EventKind.IMR_REJECTED}, "a rejection is recorded as a complaint too"


@pytest.mark.parametrize(("urgency", "asked"), [("expedited", True), ("standard", False)])
def test_only_an_urgent_case_is_asked_for_the_hour(harbor, bob, signed_in, clock_at, urgency, asked):
    clock_at(AT)
    case, grievance = made(harbor, make_answered_case, by=bob, urgency=urgency)
    _, filing = made(harbor, make_imr_case, by=bob, urgency=urgency)
    browser = signed_in(bob)

    def asks(name: str, about: Any) -> bool:
        return ASKED in browser.get(reverse(name, args=["harbor", about.pk])).content.decode()

    for name, about in (
        ("grievances:file", case), ("imr:file", case), ("appeals:file", case),
        ("imr:accepted", filing), ("imr:rejected", filing),
    ):  # fmt: skip
        assert asks(name, about) is asked, name
    for name, about in (("grievances:answered", grievance), ("imr:decided", filing)):
        assert not asks(name, about), name


def test_an_urgent_application_of_a_friday_evening_is_answered_by_sunday_evening(harbor, bob, send):
    case, _ = made(harbor, make_answered_case, by=bob, urgency="expedited")

    page = words_of(send("imr:file", case, FILED | {"hour": "6:30 pm"}).content.decode())

    clock = clock_of(harbor, case, "dmhc-imr-dept-accept-48h")
    assert clock.act_at == EVENING + timedelta(hours=48)
    assert "Department: 47 hours left Sun, Sep 20, by 6:30 pm" in page
    assert "by Sun, Sep 20, 6:30 pm" in page, "on the line of the case too"
    assert "IMR application filed: Fri, Sep 18, 2026, 6:30 pm" in page


def test_after_its_hours_the_department_is_late_the_same_evening(harbor, bob, send, clock_at, signed_in):
    case, _ = made(harbor, make_answered_case, by=bob, urgency="expedited")
    send("imr:file", case, FILED | {"hour": "6:30 pm"})
    clock_at(EVENING + timedelta(hours=51, minutes=30))

    page = words_of(signed_in(bob).get(f"/o/harbor/cases/{case.pk}/").content.decode())
    late = words_of(signed_in(bob).get("/o/harbor/dates/?show=late").content.decode())

    assert "Department 3 hours late" in page
    assert "Ask the department for its answer" in page
    assert "Department 3 hours late" in late


def test_without_its_hour_an_urgent_application_follows_the_rule_in_days(harbor, bob, send):
    case, _ = made(harbor, make_answered_case, by=bob, urgency="expedited")

    send("imr:file", case, FILED | {"hour": ""})

    assert not clock_of(harbor, case, "dmhc-imr-dept-accept-7d").by_hour


def test_an_urgent_grievance_with_its_hour_is_chased_after_72_hours(harbor, bob, send):
    case = made(harbor, make_denied_case, by=bob, urgency="expedited")

    page = words_of(send("grievances:file", case, FILED | {"hour": "6:30 pm"}).content.decode())

    clock = clock_of(harbor, case, "dmhc-grievance-expedited-3d")
    assert (clock.act_at, clock.by_hour, clock.ambiguous) == (EVENING + timedelta(hours=72), True, True)
    assert clock.last_lawful_at == datetime(2026, 9, 21, 23, 59, 59, tzinfo=PACIFIC)
    assert "Plan: 71 hours left Mon, Sep 21, by 6:30 pm" in page
    assert "Chase it at 6:30 pm PDT on Mon, Sep 21, 2026" in " ".join(clock.sentences)


def test_an_acceptance_with_its_hour_gives_the_plan_24_hours_for_its_papers(harbor, bob, send):
    case, filing = made(harbor, make_imr_case, by=bob, urgency="expedited")

    send("imr:accepted", filing, boxes("on", FRIDAY) | {"hour": "18:30"})

    assert clock_of(harbor, case, "dmhc-imr-plan-docs-24h").act_at == EVENING + timedelta(hours=24)


def test_a_rejection_with_its_hour_starts_the_clock_of_the_complaint_it_becomes(harbor, bob, send):
    case, filing = made(harbor, make_imr_case, by=bob, urgency="expedited")

    send("imr:rejected", filing, boxes("on", FRIDAY) | {"hour": "6:30 pm", "reason": "not medical"})

    clock = clock_of(harbor, case, "dmhc-complaint-plan-response-24h")
    assert clock.act_at == EVENING + timedelta(hours=24)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9:15 pm", "This time has not come yet. Enter when it happened"),
        ("6:30", "Enter the time with am or pm, like 4:10 pm"),
    ],
)
def test_an_hour_that_cannot_be_is_named_by_its_field(harbor, bob, send, typed, said):
    case = made(harbor, make_denied_case, by=bob, urgency="expedited")

    response = send("grievances:file", case, FILED | {"hour": typed})

    page = response.content.decode()
    assert response.status_code == 422
    assert errors_by_fields(page) == errors_in_summary(page) == [said]
    assert f'value="{typed}"' in page
    assert '<a href="#id_hour">' in page


def test_a_step_before_the_hour_of_the_one_it_follows_is_refused(harbor, bob, send):
    case, _ = made(harbor, make_answered_case, by=bob, urgency="expedited")
    send("imr:file", case, FILED | {"hour": "6:30 pm"})
    with scope(harbor.pk, door=Door.STAFF):
        filing = IMRFiling.objects.get(case=case)

    response = send("imr:accepted", filing, boxes("on", FRIDAY) | {"hour": "6:29 pm"})

    said = "Enter a time from 6:30 pm on: IMR application filed then"
    assert errors_by_fields(response.content.decode()) == [said]


def test_an_hour_that_occurs_twice_is_the_first_and_one_that_does_not_exist_is_refused(
    harbor, bob, send, clock_at
):
    zone = str(PACIFIC)
    twice = instant_of(date(2026, 11, 1), datetime(2026, 11, 1, 1, 30).time(), zone)
    assert twice.astimezone(UTC) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    with pytest.raises(NoSuchHour):
        instant_of(date(2027, 3, 14), datetime(2027, 3, 14, 2, 30).time(), zone)

    case = made(harbor, make_denied_case, by=bob, urgency="expedited")
    clock_at(datetime(2027, 3, 14, 12, tzinfo=PACIFIC))
    spring = FILED | boxes("filed_on", date(2027, 3, 14)) | {"hour": "2:30 am"}

    [said] = errors_by_fields(send("grievances:file", case, spring).content.decode())

    assert said.startswith("There is no such time on that day")


def test_a_correction_keeps_the_hour_gives_one_and_takes_one_back(harbor, bob, send, signed_in):
    case = made(harbor, make_denied_case, by=bob, urgency="expedited")
    send("grievances:file", case, FILED | {"hour": ""})

    def correct(hour: str) -> datetime | None:
        with scope(harbor.pk, door=Door.STAFF):
            event = Event.objects.standing().get(case=case, kind="grievance_filed")
        address = reverse("casefile:correct_event", args=["harbor", case.pk, event.pk])
        shown = signed_in(bob).get(address).content.decode()
        assert ASKED in shown
        if event.occurred_at:
            assert 'value="6:30 pm"' in shown
        data = boxes("occurred_on", FRIDAY) | {"hour": hour, "reason": "the fax report"}
        assert signed_in(bob).post(address, data).status_code == 302
        with scope(harbor.pk, door=Door.STAFF):
            return Event.objects.standing().get(case=case, kind="grievance_filed").occurred_at

    assert correct("6:30 pm") == EVENING
    assert clock_of(harbor, case, "dmhc-grievance-expedited-3d").by_hour
    assert correct("6:30 pm") == EVENING
    assert correct("") is None
    assert not clock_of(harbor, case, "dmhc-grievance-expedited-3d").by_hour
    with scope(harbor.pk, door=Door.STAFF):
        assert Grievance.objects.get(case=case).state == "filed"

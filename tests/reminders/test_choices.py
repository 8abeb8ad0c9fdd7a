"""When people are reminded: what an organisation may choose, what it comes to, and what it can not do."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from advocacy.audit.models import AuditEvent
from advocacy.kernel.errors import Refusal
from advocacy.organisations.scope import Door, scope
from cases.deadlines.calendars import PACIFIC
from reminders import queries
from reminders.models import ReminderPolicy, State
from reminders.policy import DEFAULT, Family, Policy
from reminders.preview import example_day, preview
from reminders.services import choices
from tests.cases.pages import errors_by_fields, stop_clock, words_of
from tests.reminders.box import DAY, NOW, plan, rows, send_all, states

pytestmark = pytest.mark.django_db
PAGE = "/o/harbor/settings/reminders/"
FORM = {
    "ours_days": "21, 10, 5", "ours_hours": "12 3", "theirs_every_days": "5", "also": ["supervisor"],
    "client_days": "", "escalate_days": "2",
}  # fmt: skip


def choose(by: Any, now: datetime = NOW, family: Family = Family.GRIEVANCE, **chosen: Any) -> Policy:
    with scope(by.memberships.get().organisation_id, door=Door.STAFF):
        return choices.choose_policy(family=family, chosen=replace(DEFAULT, **chosen), by=by, now=now)


def choose_hours(by: Any, **hours: time) -> None:
    given = {"send_at": time(8), "quiet_from": time(20), "quiet_until": time(7)} | hours
    with scope(by.memberships.get().organisation_id, door=Door.STAFF):
        choices.choose_hours(**given, by=by, now=NOW)


REFUSED = [
    (choices.NobodyWarned, {"ours_days": (0,)}),
    (choices.NobodyWarned, {"ours_days": ()}),
    (choices.DaysOutOfReach, {"ours_days": (121, 1)}),
    (choices.DaysOutOfReach, {"ours_days": (3, -1)}),
    (choices.TooManyDays, {"ours_days": (8, 7, 6, 5, 4, 3, 2, 1)}),
    (choices.NoHour, {"ours_hours": (0,)}),
    (choices.HoursOutOfReach, {"ours_hours": (73,)}),
    (choices.HoursOutOfReach, {"ours_hours": tuple(range(1, 9))}),
    (choices.ChaseOutOfReach, {"theirs_every_days": 0}),
    (choices.ChaseOutOfReach, {"theirs_every_days": 15}),
    (choices.EscalationOutOfReach, {"escalate_days": 0}),
    (choices.EscalationOutOfReach, {"escalate_days": 11}),
    (choices.SeesNotEveryCase, {"also": ("volunteer",)}),
    (choices.SeesNotEveryCase, {"also": ("king",)}),
    (choices.ClientDaysOutOfReach, {"client_days": (31,)}),
]
HOURS_REFUSED = [
    (choices.TooQuiet, {"quiet_from": time(14, 59)}),
    (choices.TooQuiet, {"quiet_until": time(12, 1)}),
    (choices.QuietWhenWeWrite, {"send_at": time(6, 59)}),
    (choices.QuietWhenWeWrite, {"send_at": time(20)}),
]


@pytest.mark.parametrize(("refusal", "chosen"), REFUSED)
def test_what_could_make_a_date_silent_or_a_nuisance_is_refused(dana, refusal, chosen):
    with pytest.raises(refusal) as said:
        choose(dana, **chosen)

    assert said.value.field in chosen
    with scope(dana.memberships.get().organisation_id, door=Door.STAFF):
        assert not ReminderPolicy.objects.exists()


@pytest.mark.parametrize(("refusal", "hours"), HOURS_REFUSED)
def test_hours_leave_room_to_write_in(dana, refusal, hours):
    with pytest.raises(refusal):
        choose_hours(dana, **hours)


def test_every_refusal_is_reached():
    declared = {
        each for each in vars(choices).values() if isinstance(each, type) and issubclass(each, Refusal)
    }

    assert declared - {Refusal} == {refusal for refusal, _ in [*REFUSED, *HOURS_REFUSED]}


def test_the_day_itself_and_the_end_of_a_clock_are_always_in_and_the_order_is_ours(dana):
    kept = choose(dana, ours_days=(5, 21), ours_hours=(3, 12), also=("supervisor", "owner"))

    assert (kept.ours_days, kept.ours_hours) == ((21, 5, 0), (12, 3, 0))
    with scope(dana.memberships.get().organisation_id, door=Door.STAFF):
        assert queries.policies()[Family.GRIEVANCE] == kept
        assert queries.policies()[Family.REVIEW] == DEFAULT
        [event] = AuditEvent.objects.all()
    assert (event.act, event.actor_id) == ("reminder policy changed", dana.pk)
    assert kept.also == ("owner", "supervisor")


def test_back_to_the_default_keeps_the_row_and_says_so(dana):
    choose(dana, ours_days=(5,))

    with scope(dana.memberships.get().organisation_id, door=Door.STAFF):
        choices.use_default(family=Family.GRIEVANCE, by=dana, now=NOW)
        acts = list(AuditEvent.objects.order_by("at", "pk").values_list("act", flat=True))
        assert queries.policies()[Family.GRIEVANCE] == DEFAULT
        assert ReminderPolicy.objects.count() == 1
    assert sorted(acts) == ["reminder policy changed", "reminder policy put back"]


def test_a_changed_policy_withdraws_its_old_steps_plans_new_ones_and_leaves_what_was_sent(
    harbor, dana, due_in, box
):
    due_in(14)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    choose(dana, ours_days=(10, 3))
    plan(harbor, NOW + DAY)

    assert states(harbor, rung=0) == {
        "T-30": "collapsed", "T-14": "sent", "T-7": "withdrawn", "T-3": "planned", "T-1": "withdrawn",
        "T-10": "planned", "T-0": "planned",
    }  # fmt: skip
    assert len(box.mails) == 1


def test_what_was_to_be_told_in_a_later_step_is_told_though_a_new_policy_leaves_that_one_out(
    harbor, bob, dana, due_in, box
):
    """At night all that is past is told in the newest; then the newest goes, before it has left."""
    night = NOW - timedelta(hours=6)
    due_in(2)
    plan(harbor, night)
    send_all(harbor, box, night)
    collapsed = states(harbor, rung=0)

    choose(dana, ours_days=(14, 1))
    plan(harbor, night)
    for hours in (4, 6, 8):
        plan(harbor, NOW + timedelta(hours=hours))
        send_all(harbor, box, NOW + timedelta(hours=hours))

    assert [collapsed[step] for step in ("T-14", "T-7", "T-3")] == ["collapsed", "collapsed", "planned"]
    assert states(harbor, rung=0) == {
        "T-30": "collapsed", "T-14": "sent", "T-7": "collapsed", "T-3": "withdrawn", "T-1": "planned",
        "T-0": "planned",
    }  # fmt: skip
    assert [mail.to for mail in box.mails].count(bob.email) == 1


def test_a_changed_hour_moves_what_is_planned(harbor, dana, due_in):
    due_in(20)
    plan(harbor, NOW)

    choose_hours(dana, send_at=time(9, 30))
    plan(harbor, NOW)

    found = rows(harbor, state=State.PLANNED, step="T-7")
    assert [row.send_at.astimezone(PACIFIC).time() for row in found] == [time(9, 30)]


def test_the_example_names_exactly_the_days_and_people_that_are_planned(harbor, alice, dana, due_in):
    """The preview and the planner ask the same two functions: this holds them together."""
    chosen = choose(dana, ours_days=(21, 10, 5), also=("owner",), escalate_days=2)
    case = due_in(60)
    plan(harbor, NOW)
    found = rows(harbor, case=case, channel="email", rung__gte=0)
    due = max(row.step_on for row in found)

    with scope(harbor.pk, door=Door.STAFF):
        people = queries.roster(NOW)
        owner = next(each for each in people.members if each.id == case.owner_id)
        lines = {
            line.about: line.words
            for line in preview(chosen, people, owner, day=due, today=NOW.astimezone(PACIFIC).date())
        }

    told = lines["A date of ours"]
    for row in found:
        words = told if row.rung == 0 else lines["If nobody says “I have seen it”"]
        assert row.recipient.name in words
        assert f"{row.step_at.astimezone(PACIFIC):%a, %b} {row.step_at.astimezone(PACIFIC).day}" in words
    assert told.count(", ") >= len({row.step_on for row in found if row.rung == 0})
    assert {row.rung for row in found} == {0, 1}


def test_the_example_lies_on_a_friday_beyond_every_step():
    day = example_day(date(2026, 11, 4), [DEFAULT, replace(DEFAULT, ours_days=(120, 0))])

    assert day.weekday() == 4
    assert timedelta(120) < day - date(2026, 11, 4) < timedelta(130)


def test_a_supervisor_chooses_on_the_page_and_reads_what_it_comes_to(
    harbor, alice, dana, bob, signed_in, settings
):
    stop_clock(settings, NOW)
    browser = signed_in(dana)

    answer = browser.post(f"{PAGE}grievance/", FORM, follow=True)

    page = words_of(answer.content.decode())
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "The day itself is always in: it was added." in page
    assert "Bob Ortega (whoever owns the case) and Dana Whitfield are told on" in page
    assert "Alice Moreau on" in page
    assert "The client is not reminded." in page
    assert "Chosen by Dana Whitfield" in page
    back = browser.post(f"{PAGE}grievance/default/", follow=True)
    assert "Chosen by" not in words_of(back.content.decode())


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("ours_days", "0", "Tell people at least once before the day itself: name one of 1 day or more"),
        ("ours_days", "thirty", "Enter numbers with commas between, like 30, 14, 7"),
        ("client_days", "1,,x", "Enter numbers with commas between, like 30, 14, 7"),
        ("theirs_every_days", "99999", "Name 1 to 14 days"),
        ("escalate_days", "soon", "Enter a whole number, like 3"),
    ],
)
def test_a_wrong_number_is_named_by_its_field_and_stays(dana, signed_in, field, typed, words):
    answer = signed_in(dana).post(f"{PAGE}review/", FORM | {field: typed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert errors_by_fields(page) == [words]
    assert f'value="{typed}"' in page


def test_hours_are_typed_as_people_write_them(harbor, dana, signed_in):
    given = {"send_at": "9:30 am", "quiet_from": "6 pm", "quiet_until": "8:00 am"}

    answer = signed_in(dana).post(f"{PAGE}hours/", given, follow=True)

    page = words_of(answer.content.decode())
    assert "Written to at 9:30 am Quiet 6:00 pm to 8:00 am" in page


def test_only_who_leads_chooses(harbor, bob, vera, adam, charlie, signed_in):
    for address in ("", "hours/", "grievance/"):
        for person in (bob, vera, adam):
            assert signed_in(person).get(f"{PAGE}{address}").status_code == 403
        assert signed_in(charlie).get(f"{PAGE}{address}").status_code == 404
    assert signed_in(bob).post(f"{PAGE}grievance/default/").status_code == 403


def test_a_family_that_is_none_is_not_found(dana, signed_in):
    assert signed_in(dana).get(f"{PAGE}taste/").status_code == 404
    assert signed_in(dana).post(f"{PAGE}taste/default/").status_code == 404

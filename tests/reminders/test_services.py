"""The planner: the unsent reminders equal the wanted ones, however often and whenever it runs."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import OWNER
from advocacy.accounts.services import join
from advocacy.organisations.models import Heartbeat
from advocacy.organisations.scope import Door, scope
from cases.casefile.services import correct_case, correct_event
from cases.clients.models import Client
from cases.deadlines.calendars import PACIFIC
from cases.grievances.services import file_grievance
from reminders.delivery import ReminderQueue
from reminders.models import State
from tests.factories import day_before, make_client, make_filed_case
from tests.reminders.box import DAY, NOW, Refusing, keys, part, plan, rows, send, send_all, states

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=90)


@pytest.mark.parametrize("times", [2, 5])
def test_planning_again_changes_nothing(harbor, due_in, times):
    due_in(20), due_in(5), due_in(-2)
    plan(harbor, NOW)
    before = keys(harbor)

    again = [plan(harbor, NOW) for _ in range(times)]

    assert again == [0] * times
    assert keys(harbor) == before


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_make_no_extra_row(harbor, due_in):
    for days in range(1, 9):
        due_in(days)
    start = Barrier(2)

    def run(_: int) -> None:
        start.wait()
        try:
            for _ in range(5):
                plan(harbor, NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))

    found = keys(harbor)
    assert len(rows(harbor)) == len(found) == 8 * 6
    plan(harbor, NOW)
    assert keys(harbor) == found


def test_five_planners_for_a_fortnight_send_each_step_once(harbor, bob, due_in, box):
    case = due_in(10)

    for day in range(14):
        for _ in range(5):
            plan(harbor, NOW + day * DAY)
        send_all(harbor, box, NOW + day * DAY)

    # T-14 stood for the catch-up; then the four steps to the day; then each day, for nobody has seen it.
    assert len(box.mails) == 1 + 4 + 3
    assert len({mail.message_id for mail in box.mails}) == len(box.mails)
    assert {mail.to for mail in box.mails} == {bob.email}
    assert {row.case_id for row in rows(harbor, state=State.SENT)} == {case.pk}


def test_steps_that_are_past_become_one_mail_with_the_days_that_are_truly_left(harbor, due_in, box):
    due_in(6)

    plan(harbor, NOW)
    sent = send_all(harbor, box, NOW)

    assert sent == 1
    assert states(harbor) == {
        "T-30": "collapsed", "T-14": "collapsed", "T-7": "sent",
        "T-3": "planned", "T-1": "planned", "T-0": "planned",
    }  # fmt: skip
    assert "(6 days left)" in part(box.mails[0], "plain")


def test_a_planner_that_was_away_sends_one_catch_up_for_each_date_and_drops_none(harbor, due_in, box):
    for days in (15, 16, 17):
        due_in(days)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)
    told = len(box.mails)

    # Nine days without planner or sender: T-14 and T-7 of two of them fell into the gap.
    later = NOW + 9 * DAY
    plan(harbor, later)
    send_all(harbor, box, later)

    [mail] = box.mails[told:]
    assert re.findall(r"\((\d+) days left\)", part(mail, "plain")) == ["6", "7", "8"]
    plan(harbor, later)
    assert send_all(harbor, box, later) == 0


def test_a_new_date_withdraws_what_spoke_of_the_old_one_and_gets_its_own(harbor, bob, due_in, deadline_of):
    case = due_in(20)
    old = deadline_of(case)
    plan(harbor, NOW)

    with scope(harbor.pk, door=Door.STAFF):
        correct_event(event=old.trigger, occurred_on=day_before(NOW, 150), reason="misread", by=bob, now=NOW)
    plan(harbor, NOW)

    new = deadline_of(case)
    assert (new.version, new.act_on) == (2, old.act_on + 10 * DAY)
    assert {row.state for row in rows(harbor, deadline=old)} == {"withdrawn"}
    # Thirty days are left to the day, and its morning has begun.
    assert states(harbor, deadline=new) == dict.fromkeys(
        ["T-30", "T-14", "T-7", "T-3", "T-1", "T-0"], "planned"
    )


def test_a_date_that_is_met_is_spoken_of_no_more(harbor, bob, due_in, box):
    case = due_in(6)
    plan(harbor, NOW)

    with scope(harbor.pk, door=Door.STAFF):
        file_grievance(case=case, filed_on=day_before(NOW, 1), channel="fax", reference="", by=bob, now=NOW)
    plan(harbor, NOW)

    filed = states(harbor, deadline__rule="dmhc-grievance-file-180d")
    assert set(filed.values()) == {"withdrawn", "collapsed"}
    assert send_all(harbor, box, NOW) == 0


def test_a_fact_that_is_corrected_back_brings_the_reminders_back(harbor, bob, due_in, deadline_of):
    case = due_in(20)
    first = deadline_of(case)
    plan(harbor, NOW)

    with scope(harbor.pk, door=Door.STAFF):
        moved = correct_event(
            event=first.trigger, occurred_on=day_before(NOW, 100), reason="", by=bob, now=NOW
        )
        plan(harbor, NOW)
        correct_event(event=moved, occurred_on=first.trigger.occurred_on, reason="", by=bob, now=NOW)
    plan(harbor, NOW)

    now_standing = deadline_of(case)
    assert now_standing.act_on == first.act_on
    steps = {row.step_on for row in rows(harbor, state=State.PLANNED)}
    assert {row.deadline_id for row in rows(harbor, state=State.PLANNED)} == {now_standing.pk}
    assert steps == {first.act_on - days * DAY for days in (30, 14, 7, 3, 1, 0)}


def test_when_the_owner_of_a_case_has_left_the_owners_of_the_organisation_are_told(
    harbor, alice, bob, dana, due_in, box
):
    due_in(3)
    second = User.objects.create_user(email="ann@demo.example", name="Ann Quist", created_at=NOW)
    join(user=second, organisation=harbor, role=OWNER, now=NOW)
    plan(harbor, NOW)

    Membership.objects.filter(user=bob).update(left_at=NOW)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert {mail.to for mail in box.mails} == {alice.email, second.email}
    assert {row.state for row in rows(harbor, recipient=bob)} == {"withdrawn", "collapsed"}


def test_a_case_that_is_given_to_another_tells_the_other_and_no_longer_the_first(
    harbor, bob, dana, due_in, box
):
    case = due_in(6)
    plan(harbor, NOW)

    with scope(harbor.pk, door=Door.STAFF):
        correct_case(
            case=case, coverage=case.coverage, service=case.service, urgency=case.urgency,
            owner=dana, by=bob.pk, now=NOW,
        )  # fmt: skip
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert [mail.to for mail in box.mails] == [dana.email]
    assert not rows(harbor, recipient=bob, state=State.PLANNED)
    assert len(rows(harbor, recipient=dana, state=State.PLANNED)) == 3


def test_a_case_that_is_given_back_brings_its_reminders_back(harbor, bob, dana, due_in):
    case = due_in(6)
    plan(harbor, NOW)
    before = keys(harbor)

    for person in (dana, bob):
        with scope(harbor.pk, door=Door.STAFF):
            correct_case(
                case=case, coverage=case.coverage, service=case.service, urgency=case.urgency,
                owner=person, by=bob.pk, now=NOW,
            )  # fmt: skip
        plan(harbor, NOW)

    assert before <= keys(harbor)
    # As a supervisor she is still asked if nobody answers.
    assert {row.rung for row in rows(harbor, recipient=dana, state=State.PLANNED)} == {1}


def test_ten_clients_of_one_advocate_make_one_mail_that_names_each_date(harbor, bob, due_in, box):
    """One mail that names the first and drops the rest: that is how deadlines are lost elsewhere."""
    with scope(harbor.pk, door=Door.STAFF):
        people: list[Client] = [
            make_client(by=bob, now=NOW, family_name=f"Reyes {number}", email="home@demo.example")
            for number in range(10)
        ]
    cases = [due_in(6 + number, client=person) for number, person in enumerate(people)]

    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    sent = rows(harbor, state=State.SENT)
    assert len({row.deadline_id for row in sent}) == len({row.client_id for row in sent}) == 10
    [mail] = box.mails
    assert mail.subject == "6 days left: case 26-0001 by Monday, and 9 more dates"
    for text in (part(mail, "plain"), part(mail, "html")):
        lines = re.findall(r"Case (26-\d+)", text)
        assert lines == [case.number for case in cases]
        assert len(re.findall(r"\d+ days left", text)) == 10


def test_what_ends_a_right_within_three_days_goes_in_a_mail_of_its_own(harbor, due_in, box):
    urgent, soon, later = due_in(1), due_in(3), due_in(4)

    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert [mail.subject.partition(" needs")[0] for mail in box.mails] == [
        f"1 day left: case {urgent.number}", f"3 days left: case {soon.number}",
        f"4 days left: case {later.number}",
    ]  # fmt: skip


def test_a_day_has_one_ordinary_mail_and_what_comes_up_later_waits_for_the_next(harbor, due_in, box):
    first = due_in(6)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    second, urgent = due_in(10), due_in(2)
    later = NOW + timedelta(hours=1)
    plan(harbor, later)
    send_all(harbor, box, later)
    told_today = [mail.text for mail in box.mails]
    [waiting] = rows(harbor, case=second, step="T-14")
    plan(harbor, waiting.send_at)
    send_all(harbor, box, waiting.send_at)

    assert [number in told_today[0] for number in (first.number, second.number)] == [True, False]
    assert urgent.number in told_today[1]
    assert waiting.send_at == datetime(2026, 9, 16, 8, tzinfo=PACIFIC)
    assert second.number in box.mails[-1].text
    assert "9 days left" in box.mails[-1].text


def test_nothing_is_marked_as_sent_while_no_server_takes_it(harbor, due_in):
    for _ in range(10):
        due_in(2)
    plan(harbor, NOW)

    done = send(harbor, Refusing("451 later", permanent=False), NOW)

    assert (done.sent, done.again) == (0, 10)
    assert not rows(harbor, state=State.SENT)
    assert len(rows(harbor, state=State.PLANNED, step="T-3")) == 10


def test_the_planner_leaves_alone_what_a_sender_holds(harbor, bob, due_in, deadline_of):
    case = due_in(6)
    old = deadline_of(case)
    plan(harbor, NOW)
    [claim] = ReminderQueue(harbor.pk).claim(now=NOW, lease=LEASE, size=10)

    with scope(harbor.pk, door=Door.STAFF):
        correct_event(event=old.trigger, occurred_on=day_before(NOW, 100), reason="", by=bob, now=NOW)
    plan(harbor, NOW + LEASE / 2)
    held = states(harbor, deadline=old)["T-7"]
    plan(harbor, NOW + LEASE)

    assert held == "planned"
    assert states(harbor, deadline=old)["T-7"] == "withdrawn"
    assert claim.message(NOW + LEASE) is None


def test_a_planned_hour_follows_the_zone_of_the_person(harbor, bob, due_in):
    due_in(20)
    plan(harbor, NOW)
    before = {row.step: row.send_at for row in rows(harbor, state=State.PLANNED)}

    User.objects.filter(pk=bob.pk).update(zone="America/New_York")
    plan(harbor, NOW)

    after = {row.step: row.send_at for row in rows(harbor, state=State.PLANNED)}
    assert {step: before[step] - after[step] for step in after} == dict.fromkeys(before, timedelta(hours=3))


def test_a_duty_of_the_plan_is_chased_when_it_is_late_and_each_week_after(harbor, bob, box):
    with scope(harbor.pk, door=Door.STAFF):
        make_filed_case(by=bob, now=NOW, filed_days_ago=16)
    plan(harbor, NOW)

    sent = send_all(harbor, box, NOW)

    # The acknowledgment is late since the sixth day: one mail now, and the next one in a week.
    assert sent == 1
    assert box.mails[0].subject.startswith("Late: case ")
    found = rows(harbor, deadline__rule="dmhc-grievance-ack-5d")
    assert [(row.step, row.state) for row in found] == [("missed", "collapsed"), ("still missed", "sent")]


def test_the_planner_writes_down_what_waits(harbor, due_in):
    due_in(6), due_in(6)

    plan(harbor, NOW)

    beat = Heartbeat.objects.get(part="planner", organisation=harbor)
    assert (beat.at, beat.waiting, beat.parked, beat.oldest_due_at) == (NOW, 2, 0, NOW)


def test_a_closed_case_is_silent(harbor, bob, due_in):
    case = due_in(6)
    plan(harbor, NOW)

    with scope(harbor.pk, door=Door.STAFF):
        type(case).objects.filter(pk=case.pk).update(closed_at=NOW, closed_by=bob)
    plan(harbor, NOW)

    assert not rows(harbor, state=State.PLANNED)


def test_a_planner_sees_its_own_organisation_only(harbor, sierra, charlie, due_in):
    due_in(6)
    due_in(6, by=charlie, at=sierra)

    plan(harbor, NOW)

    assert rows(harbor)
    assert not rows(sierra)

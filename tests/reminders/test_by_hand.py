"""Who cannot or will not be mailed: the reminder is a task of a person, with what to say or to post."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from advocacy.accounts.models import Membership
from advocacy.accounts.roles import VOLUNTEER
from advocacy.audit.models import AuditEvent
from advocacy.kernel import clock
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.casefile import services as casefile
from cases.casefile.models import Task
from cases.deadlines.models import Deadline
from reminders import delivery
from reminders.models import Absence, Reminder, State
from reminders.tasks import deliver
from reminders.tasks import plan as plan_all
from tests.factories import make_task
from tests.reminders.box import DAY, NOW, plan, send_all
from tests.reminders.telling import (
    acting,
    case_of,
    chooses,
    close,
    file_it,
    hand_out,
    tasks,
    to_client,
)

pytestmark = pytest.mark.django_db

BY_PHONE = {"given_name": "Ana", "reach": "phone", "phone": "(510) 555-0177", "email": ""}
BY_POST = {"given_name": "Ana", "reach": "letter", "address": "1 Elm Street, Oakland, CA 94601"}


def handed(harbor, by, days=6, now=NOW, **client):
    """A case whose client is due to be told, and the one task that this makes."""
    case = case_of(by, harbor, days, **client)
    plan(harbor, now)
    assert hand_out(harbor, now) == 1
    [task] = tasks(harbor, case=case)
    return case, task


@pytest.mark.parametrize(
    ("client", "kind", "what"),
    [
        (BY_PHONE, "call", "Call Ana Reyes about the date of case 26-0001"),
        (BY_POST, "letter", "Print and post the letter to Ana Reyes: the date of case 26-0001"),
        (
            {"given_name": "Ana", "reach": "not"}, "reach",
            "Tell Ana Reyes yourself of the date of case 26-0001: they want no call, e-mail or letter",
        ),
        (
            {"given_name": "Ana", "email": "", "phone": ""}, "reach",
            "Find a way to tell Ana Reyes of the date of case 26-0001: we have none",
        ),
    ],
)  # fmt: skip
def test_what_is_no_mail_is_a_task_of_who_owns_the_case(harbor, bob, client, kind, what):
    _, task = handed(harbor, bob, **client)

    assert (task.kind, task.what, task.owner, task.due_on) == (kind, what, bob, date(2026, 9, 15))
    [row] = to_client(harbor, state=State.HANDED)
    assert (row.step, row.task_id) == ("client T-7", task.pk)
    with job_in(harbor.pk):
        # Nobody of us wrote it.
        assert AuditEvent.objects.get(act="task added").actor_id is None


def test_it_is_given_at_its_hour_and_once(harbor, bob):
    case_of(bob, harbor, 10, **BY_PHONE)
    plan(harbor, NOW)
    [row] = to_client(harbor, step="client T-7")

    early = hand_out(harbor, row.send_at - timedelta(minutes=1))
    then = [hand_out(harbor, row.send_at + timedelta(minutes=each)) for each in range(3)]

    assert (early, then) == (0, [1, 0, 0])
    assert len(tasks(harbor)) == 1


def test_a_call_that_is_still_to_be_made_is_not_asked_for_twice_and_a_made_one_is_again(harbor, bob):
    case, first = handed(harbor, bob, **BY_PHONE)
    later = NOW + 5 * DAY
    plan(harbor, later)

    assert hand_out(harbor, later) == 0
    assert {row.task_id for row in to_client(harbor, state=State.HANDED)} == {first.pk}
    assert len(to_client(harbor, state=State.HANDED)) == 2

    other = case_of(bob, harbor, 6, client=case.client)
    plan(harbor, NOW)
    hand_out(harbor, NOW)
    [task] = tasks(harbor, case=other)
    acting(other, casefile.finish_task, task=task, by=bob, now=NOW)
    plan(harbor, later)
    assert hand_out(harbor, later) == 1
    assert len(tasks(harbor, case=other)) == 2


@pytest.mark.parametrize("end", ["met", "closed", "not", "email"])
def test_a_task_that_is_no_longer_wanted_is_taken_back(harbor, bob, end):
    case, task = handed(harbor, bob, **BY_PHONE)

    if end == "met":
        file_it(case, bob)
    elif end == "closed":
        close(case, bob)
    elif end == "not":
        chooses(case, bob, reach="not")
    else:
        chooses(case, bob, reach="email", email="ana@client.example")
    for _ in range(2):
        plan(harbor, NOW)
        hand_out(harbor, NOW)

    [old] = tasks(harbor, kind="call")
    assert old.pk == task.pk
    assert old.dropped_at == NOW
    assert old.drop_reason.startswith("By itself")
    of_it = {"channel": "call", "deadline__rule": "dmhc-grievance-file-180d"}
    assert {row.state for row in to_client(harbor, **of_it)} == {"withdrawn"}
    # What the new choice asks for is told in its own way.
    expected = {"not": {"reach"}, "met": set(), "closed": set(), "email": set()}[end]
    assert {each.kind for each in tasks(harbor, dropped_at=None, done_at=None)} == expected
    with job_in(harbor.pk):
        assert AuditEvent.objects.get(act="task taken back").actor_id is None


def test_a_task_that_somebody_did_stays_as_they_left_it(harbor, bob):
    case, task = handed(harbor, bob, **BY_PHONE)
    acting(case, casefile.finish_task, task=task, by=bob, now=NOW)

    chooses(case, bob, reach="not")
    plan(harbor, NOW)
    hand_out(harbor, NOW)

    [done] = tasks(harbor, kind="call")
    assert (done.done_by_id, done.dropped_at) == (bob.pk, None)
    assert {row.state for row in to_client(harbor, step="client T-7", channel="call")} == {"handed"}


@pytest.mark.parametrize("sees", [True, False])
def test_whoever_covers_does_it_if_they_see_the_case_else_who_leads(harbor, alice, bob, dana, sees):
    case_of(bob, harbor, 6, **BY_PHONE)
    if not sees:
        Membership.objects.filter(user=dana).update(role=VOLUNTEER.key)
    with scope(harbor.pk, door=Door.STAFF):
        Absence.objects.create(
            user=bob, first_day=date(2026, 9, 1), last_day=date(2026, 9, 30), cover=dana, made_at=NOW,
            made_by=bob,
        )  # fmt: skip
    plan(harbor, NOW)
    hand_out(harbor, NOW)

    [task] = tasks(harbor)
    assert task.owner == (dana if sees else alice)


def test_a_sender_has_nothing_to_do_with_a_call(harbor, bob, box):
    case_of(bob, harbor, 6, **BY_PHONE)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert harbor.pk not in delivery.organisations_with_work(NOW)
    assert {mail.to for mail in box.mails} == {bob.email}
    assert to_client(harbor, state=State.PLANNED, step="client T-7")


def test_the_round_of_the_planner_gives_out_and_ends(harbor, bob, by_day):
    case = case_of(bob, harbor, 6, **BY_PHONE)
    with job_in(harbor.pk):
        Deadline.objects.filter(case=case).update(act_at=clock.now() + 3 * DAY, computed_at=clock.now())

    plan_all()
    plan_all()
    deliver()

    assert [task.kind for task in tasks(harbor)] == ["call"]


def page_of(task, signed_in, who):
    answer = signed_in(who).get(reverse("by_hand:tell", args=["harbor", task.pk]))
    return answer.status_code, answer.content.decode()


def test_the_script_says_what_may_be_said_to_whom(harbor, bob, signed_in):
    _, task = handed(harbor, bob, **BY_PHONE, language="es")

    status, page = page_of(task, signed_in, bob)

    assert status == 200
    assert "This is Bob Ortega from Harbor" in page
    assert '<p lang="es">Hola. ¿Puedo hablar con Ana Reyes?</p>' in page
    assert "lunes 21 de septiembre de 2026" in page
    assert "Hang up without a word" in page
    assert "This is a message for" not in page
    assert reverse("casefile:log_call", args=["harbor", task.case_id]) in page


def test_a_voicemail_that_is_allowed_says_whom_to_call_and_no_more(harbor, bob, signed_in):
    _, task = handed(harbor, bob, **BY_PHONE, may_leave_voicemail=True)

    _, page = page_of(task, signed_in, bob)

    message = page.partition("A machine answers")[2].partition("</section>")[0]
    assert "This is a message for Ana Reyes. Please call Bob Ortega at (510) 555-0142." in message
    for words in ("Harbor", "case", "September", "plan"):
        assert words not in message


@pytest.mark.parametrize("shared", [True, False])
def test_the_letter_is_in_their_language_and_a_shared_one_says_please_call(harbor, bob, signed_in, shared):
    _, task = handed(harbor, bob, **BY_POST, language="es", is_shared=shared)

    _, page = page_of(task, signed_in, bob)

    letter = page.partition("<article")[2].partition("</article>")[0]
    assert 'lang="es"' in letter
    assert "Ana Reyes" in letter
    assert "1 Elm Street" in letter
    assert ("21 de septiembre de 2026" in letter.partition("Hola")[2]) is not shared
    assert ("Harbor" in letter) is not shared
    assert ("Por favor, llame a Bob Ortega" in letter) is shared
    for words in ("26-0001", "speech therapy", "Golden Bay"):
        assert words not in letter


def test_only_a_task_that_tells_a_client_has_the_page(harbor, bob, dana, signed_in, sierra, charlie):
    case, task = handed(harbor, bob, **BY_PHONE)
    other = acting(case, make_task, case=case, by=bob, now=NOW)
    Membership.objects.filter(user=dana).update(role=VOLUNTEER.key)

    assert page_of(other, signed_in, bob)[0] == 404
    assert page_of(task, signed_in, dana)[0] == 404
    file_it(case, bob)
    hand_out(harbor, NOW)
    assert page_of(task, signed_in, bob)[0] == 404


def test_the_page_of_the_date_says_who_told_the_client_and_when(harbor, bob, signed_in):
    case, task = handed(harbor, bob, **BY_PHONE)
    browser = signed_in(bob)
    with job_in(harbor.pk):
        row = Reminder.objects.get(task=task)
    address = reverse("dashboard:deadline", args=["harbor", case.pk, row.deadline_id])

    before = browser.get(address).content.decode()
    browser.post(reverse("casefile:finish_task", args=["harbor", task.pk]))
    after = browser.get(address).content.decode()

    assert "A call" in before
    assert "Given to do" in before
    assert "Bob Ortega does it" in before
    assert "Given to do" not in after
    with job_in(harbor.pk):
        assert Task.objects.get(pk=task.pk).done_by_id == bob.pk


def test_the_list_of_tasks_leads_to_what_to_say(harbor, bob, signed_in):
    case, task = handed(harbor, bob, **BY_PHONE)
    browser = signed_in(bob)

    listed = browser.get(reverse("casefile:work", args=["harbor", case.pk])).content.decode()
    logging = browser.get(reverse("casefile:log_call", args=["harbor", case.pk])).content.decode()

    assert reverse("by_hand:tell", args=["harbor", task.pk]) in listed
    assert "Leave no voicemail" in listed
    assert "Leave no voicemail" in logging

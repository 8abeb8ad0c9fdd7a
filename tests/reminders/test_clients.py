"""What a client is told of a date: by the way they chose, in their language, and nothing of the case."""

import re
from datetime import date

import pytest

from advocacy.accounts.models import Membership
from advocacy.accounts.roles import ADVOCATE
from advocacy.accounts.services import join
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.clients.models import PortalAccess
from reminders.failures import hand_over_parked
from reminders.models import Absence, Reminder, ReminderPolicy, State
from reminders.planning import CLIENT
from tests.factories import make_filed_case, make_person
from tests.reminders.box import DAY, NOW, part, plan, rows, send_all, tell_no_client
from tests.reminders.telling import case_of, chooses, close, file_it, tasks, to_client

pytestmark = pytest.mark.django_db

ANA = "ana@client.example"
SECRETS = ("26-0001", "speech therapy", "Golden Bay", "GB-100200", "Reyes", "DMHC", "grievance", "queja")


def mails_to(box, address=ANA):
    return [mail for mail in box.mails if mail.to == address]


def told(harbor, box, bob, now=NOW, **client):
    """The one mail that the client of a date in six days gets."""
    case_of(bob, harbor, 6, email=ANA, given_name="Ana", **client)
    plan(harbor, now)
    send_all(harbor, box, now)
    [mail] = mails_to(box)
    return mail


def test_a_client_is_told_a_week_and_a_day_before_and_no_more(harbor, bob, box):
    case_of(bob, harbor, 10, email=ANA)

    sent_on = []
    for day in range(14):
        plan(harbor, NOW + day * DAY)
        before = len(mails_to(box))
        send_all(harbor, box, NOW + day * DAY)
        sent_on += [day] * (len(mails_to(box)) - before)

    assert sent_on == [3, 9]
    assert [row.step for row in to_client(harbor, state=State.SENT)] == ["client T-7", "client T-1"]


def test_nobody_tells_a_client_of_what_others_owe_or_of_what_opens(harbor, bob):
    with scope(harbor.pk, door=Door.STAFF):
        make_filed_case(by=bob, now=NOW, filed_days_ago=8)

    plan(harbor, NOW)

    found = to_client(harbor)
    assert {row.deadline.direction for row in found if row.deadline} <= {"ours"}
    assert {row.deadline.direction for row in rows(harbor, rung=0) if row.deadline} >= {"theirs", "opens"}


def test_two_dates_of_one_client_are_one_mail_even_on_the_last_day(harbor, bob, box):
    first = case_of(bob, harbor, 1, email=ANA, given_name="Ana")
    case_of(bob, harbor, 1, client=first.client), case_of(bob, harbor, 6, client=first.client)

    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    [mail] = mails_to(box)
    assert "2 dates in your case come up. The first is Wednesday, September 16, 2026." in part(mail, "plain")
    assert len(to_client(harbor, state=State.SENT)) == 3


def test_the_mail_says_that_a_date_comes_and_nothing_of_the_case(harbor, bob, box):
    mail = told(harbor, box, bob, family_name="Reyes")

    assert mail.subject == "You have an update"
    assert mail.reply_to == (bob.email,)
    for text in (part(mail, "plain"), part(mail, "html")):
        for words in ("Hello Ana,", "Monday, September 21, 2026", "Bob Ortega at Harbor", "(510) 555-0142"):
            assert words in text
        assert not re.findall(r"https?://", text)
    everything = mail.as_bytes().decode() + part(mail, "plain") + part(mail, "html")
    assert [each for each in SECRETS if each.lower() in everything.lower()] == []
    # The search does find what is there.
    assert "Bob Ortega" in everything


def test_a_client_who_reads_spanish_is_written_to_in_spanish(harbor, bob, box):
    mail = told(harbor, box, bob, language="es")

    assert mail.subject == "Hay novedades"
    for text in (part(mail, "plain"), part(mail, "html")):
        assert "lunes 21 de septiembre de 2026" in text
        assert not re.search(r"\b(your|date|call|reply|Hello)\b", text.partition("<h1")[2] or text)
    assert '<html lang="es">' in part(mail, "html")
    assert [each for each in SECRETS if each.lower() in part(mail, "plain").lower()] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_on_a_shared_address_it_says_please_call_and_not_of_whom(harbor, bob, box, language):
    mail = told(harbor, box, bob, language=language, is_shared=True)

    everything = mail.as_bytes().decode() + part(mail, "plain") + part(mail, "html")
    assert mail.subject == {"en": "Please call us", "es": "Por favor, llámenos"}[language]
    assert "(510) 555-0142" in part(mail, "plain")
    assert "Bob Ortega" in part(mail, "plain")
    assert mail.from_name == bob.name
    words = ("Harbor", "September", "septiembre", "your case", "su caso", *SECRETS)
    assert [each for each in words if each.lower() in everything.lower()] == []


def test_who_signs_in_to_the_portal_gets_the_way_there_and_nobody_else(harbor, alice, bob, box, settings):
    settings.BASE_URL = "https://crm.harbor.example"
    own = case_of(bob, harbor, 6, email=ANA)
    other = case_of(bob, harbor, 6, email="mateo@client.example")
    reader = make_person(name="Ana Sol", now=NOW)
    with scope(harbor.pk, door=Door.STAFF):
        for case, capacity in ((own, "self"), (other, "parent")):
            PortalAccess.objects.create(
                client_id=case.client_id, user=reader, granted_at=NOW, granted_by=bob, accepted_at=NOW,
                capacity=capacity,
            )  # fmt: skip
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    [hers], [his] = mails_to(box), mails_to(box, "mateo@client.example")
    assert "https://crm.harbor.example/p/harbor/" in part(hers, "plain")
    assert part(hers, "html").count("href=") == 1
    assert "https://" not in part(his, "plain")


def test_whoever_covers_answers_the_client(harbor, bob, dana, box):
    case = case_of(bob, harbor, 6, email=ANA)
    with scope(harbor.pk, door=Door.STAFF):
        Absence.objects.create(
            user=bob, first_day=date(2026, 9, 1), last_day=date(2026, 9, 30), cover=dana, made_at=NOW,
            made_by=bob,
        )  # fmt: skip
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    [mail] = mails_to(box)
    assert mail.reply_to == (dana.email,)
    assert dana.name in part(mail, "plain")
    assert case.owner_id == bob.pk


@pytest.mark.parametrize("end", ["met", "closed", "owner left", "policy"])
def test_what_no_longer_stands_is_told_to_no_client(harbor, bob, dana, box, end):
    case = case_of(bob, harbor, 6, email=ANA)
    plan(harbor, NOW)
    assert to_client(harbor, state=State.PLANNED)

    if end == "met":
        file_it(case, bob)
    elif end == "closed":
        close(case, bob)
    elif end == "policy":
        with scope(harbor.pk, door=Door.STAFF):
            tell_no_client(bob)
            assert ReminderPolicy.objects.count() == 4
    else:
        Membership.objects.filter(user=bob).update(left_at=NOW)
    # The sender may wake first: what it holds is looked at again.
    send_all(harbor, box, NOW)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert mails_to(box) == []
    assert not to_client(harbor, state=State.PLANNED, deadline__rule="dmhc-grievance-file-180d")


@pytest.mark.parametrize(
    ("choice", "channel"),
    [
        ({}, "email"),
        ({"email": ""}, "call"),
        ({"email": "", "phone": "", "address": "1 Elm Street"}, "letter"),
        ({"email": "", "phone": ""}, "advocate"),
        ({"reach": "phone"}, "call"),
        ({"reach": "letter", "address": "1 Elm Street"}, "letter"),
        ({"reach": "letter"}, "advocate"),
        ({"reach": "email", "email": ""}, "advocate"),
        ({"reach": "not", "address": "1 Elm Street"}, "advocate"),
    ],
)
def test_each_choice_has_its_channel_and_only_a_mail_is_mailed(harbor, bob, box, choice, channel):
    case_of(bob, harbor, 6, **({"email": ANA} | choice))

    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert {(row.step, row.channel) for row in to_client(harbor)} == {
        ("client T-7", channel),
        ("client T-1", channel),
    }
    assert len(mails_to(box)) == (channel == "email")
    assert {mail.to for mail in box.mails} <= {ANA, bob.email}


def test_a_new_choice_withdraws_what_waits_and_tells_no_step_twice(harbor, bob, box):
    case = case_of(bob, harbor, 6, email=ANA)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    chooses(case, bob, reach="phone")
    plan(harbor, NOW)

    assert {(row.step, row.channel, row.state) for row in to_client(harbor)} == {
        ("client T-7", "email", "sent"),
        ("client T-1", "email", "withdrawn"),
        ("client T-1", "call", "planned"),
    }
    chooses(case, bob, reach="email")
    plan(harbor, NOW)
    assert {(row.step, row.channel) for row in to_client(harbor, state=State.PLANNED)} == {
        ("client T-1", "email")
    }


def test_who_wants_no_message_gets_none_even_if_a_sender_wakes_before_the_planner(harbor, bob, box):
    case = case_of(bob, harbor, 6, email=ANA)
    plan(harbor, NOW)

    chooses(case, bob, reach="not")
    for day in range(10):
        send_all(harbor, box, NOW + day * DAY)
        plan(harbor, NOW + day * DAY)

    assert mails_to(box) == []
    assert to_client(harbor, channel="email", state=State.WITHDRAWN)


def test_an_address_that_changed_is_the_one_that_is_written_to(harbor, bob, box):
    case = case_of(bob, harbor, 6, email="old@client.example")
    plan(harbor, NOW)

    chooses(case, bob, email=ANA)
    send_all(harbor, box, NOW)

    assert len(mails_to(box)) == 1
    assert mails_to(box, "old@client.example") == []


def test_a_case_whose_owner_left_is_told_to_its_client_once_somebody_owns_it_again(harbor, bob, box):
    case_of(bob, harbor, 6, email=ANA)
    Membership.objects.filter(user=bob).update(left_at=NOW)
    plan(harbor, NOW)
    assert to_client(harbor) == []

    join(user=bob, organisation=harbor, role=ADVOCATE, now=NOW)
    plan(harbor, NOW)

    assert {row.rung for row in to_client(harbor)} == {CLIENT}


def test_a_mail_that_did_not_reach_a_client_asks_for_a_safe_way_and_not_for_a_call(harbor, bob):
    case = case_of(bob, harbor, 6, email=ANA, given_name="Ana", reach="email")
    plan(harbor, NOW)
    with job_in(harbor.pk):
        Reminder.objects.filter(rung=CLIENT, step="client T-7").update(state=State.PARKED)
        hand_over_parked(now=NOW)

    [task] = tasks(harbor, case=case)
    assert task.owner == bob
    assert task.what == (
        "A mail did not reach Reyes, Ana: find a safe way to tell them of the date of case 26-0001"
    )

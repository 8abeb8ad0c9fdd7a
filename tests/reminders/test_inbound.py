"""The door for mail that came in: what it may do, to whom, and that it tells nobody anything."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from advocacy.kernel import clock
from advocacy.mail import services as mail
from advocacy.mail.bounces import MOST_BYTES
from advocacy.mail.messages import message_id
from advocacy.mail.models import OutgoingMail, SuppressedAddress
from advocacy.mail.queries import hold, is_suppressed
from advocacy.mail.tasks import deliver as deliver_mail
from advocacy.organisations.models import Heartbeat
from advocacy.organisations.services import job_in
from advocacy.settings import env
from cases.deadlines.models import Deadline
from cases.messages.services import write_to_client
from reminders import inbound
from reminders.health import CANARY_LATE, checks
from reminders.models import State
from reminders.tasks import canary as canary_task
from reminders.tasks import deliver as deliver_task
from tests.advocacy.mail.returned import OURS, away, report
from tests.advocacy.mail.sinks import sink
from tests.cases.pages import stop_clock
from tests.journeys.test_portal import at, come_in, invite
from tests.reminders.box import NOW, Box, plan, rows, send, states
from tests.reminders.test_failures import tasks

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-more-than-thirty-two-characters"
CANARY_AT = "canary@harbor.example"


@pytest.fixture(autouse=True)
def opened(settings):
    settings.MAIL_HOOK_SECRET = SECRET
    # The clock runs on from here: what is due at NOW is due, and no minute ends meanwhile.
    stop_clock(settings, NOW + timedelta(seconds=10))
    return settings


@pytest.fixture
def sent(harbor, bob, dana, due_in):
    """A reminder that a mail server took."""
    due_in(6)
    plan(harbor, NOW)
    send(harbor, Box(), NOW)
    [reminder] = rows(harbor, state=State.SENT)
    return reminder


def post(raw: bytes, *, key: str = SECRET, **headers: str) -> int:
    address = reverse("reminders:mail_hook", args=[key])
    client = Client(enforce_csrf_checks=True)
    return client.post(address, raw, content_type="message/rfc822", headers=headers).status_code


def name_of(reminder) -> str:
    return message_id(organisation_id=reminder.organisation_id, row_id=reminder.mail_id)


def bounce(reminder, **fields: str) -> bytes:
    return report(name_of(reminder), **{"to": reminder.recipient.email} | fields)


def is_about_now(at: datetime) -> bool:
    """True if the running clock of the test showed this."""
    return abs(at - NOW) < timedelta(minutes=1)


def check(name: str, now=NOW):
    return next(each for each in checks(now) if each.name == name)


def test_a_mail_that_came_back_is_a_persons_task_at_once_and_its_address_gets_no_other(
    harbor, dana, bob, sent
):
    assert post(bounce(sent)) == 202

    assert states(harbor)["T-7"] == "parked"
    assert [task.owner for task in tasks(harbor)] == [dana]
    [dead] = SuppressedAddress.objects.all()
    assert (dead.address, dead.reason) == (bob.email, "550 5.1.1 no such person")


def test_the_same_bounce_twice_asks_nobody_twice(harbor, sent):
    assert [post(bounce(sent)) for _ in range(2)] == [202, 202]

    assert len(tasks(harbor)) == 1


def test_nothing_more_goes_to_a_dead_address_for_that_date_and_the_task_holds_the_next_step(
    harbor, bob, sent, opened
):
    post(bounce(sent))
    later = NOW + timedelta(days=4)
    stop_clock(opened, later)
    # Seen: nobody else is asked, and only his own steps go on.
    with job_in(harbor.pk):
        Deadline.objects.update(seen_at=NOW, seen_by=bob)
    plan(harbor, later)

    with sink() as (server, transport):
        opened.MAIL = transport.server | {"kind": "smtp"}
        deliver_task()

        assert server.mails == []
        assert states(harbor)["T-3"] == "parked"
        assert len(tasks(harbor)) == 1

        # Somebody says that it works again.
        assert mail.clear_suppressed(address=bob.email.upper())
        assert not mail.clear_suppressed(address=bob.email)
        stop_clock(opened, later + timedelta(days=2))
        plan(harbor, later + timedelta(days=2))
        deliver_task()
        assert server.recipients == [bob.email]


def test_a_code_that_somebody_waits_for_goes_to_a_dead_address_too(harbor, opened):
    mail.suppress(address=OURS, reason="5.1.1", now=NOW)
    for kind in ("sign_in_code", "client_update"):
        mail.queue(kind=kind, to=OURS, subject=kind, text="", html="", now=NOW, organisation_id=harbor.pk)

    with sink() as (server, transport):
        opened.MAIL = transport.server | {"kind": "smtp"}
        deliver_mail()

    assert [each["Subject"] for each in server.mails] == ["sign_in_code"]
    kept = OutgoingMail.objects.get(kind="client_update")
    assert kept.last_answer == "this address came back"
    assert is_about_now(kept.parked_at)


def test_a_full_mailbox_is_a_task_and_no_dead_address(harbor, bob, sent):
    post(bounce(sent, status="5.2.2", said="552 5.2.2 mailbox full"))

    assert len(tasks(harbor)) == 1
    assert not is_suppressed(bob.email)


def test_an_address_that_only_the_bounce_names_is_not_believed(harbor, bob, sent):
    """Who got a mail of ours knows its Message-ID: they may say that it came back, and nothing of others."""
    post(bounce(sent, to="director@harbor.example"))

    assert states(harbor)["T-7"] == "parked"
    assert not SuppressedAddress.objects.exists()


def test_another_mail_that_came_back_is_noted_once(harbor):
    row = mail.queue(
        kind="invitation", to=OURS, subject="", text="", html="", now=NOW, organisation_id=harbor.pk
    )
    raw = report(message_id(organisation_id=harbor.pk, row_id=row.pk))

    post(raw)
    row.refresh_from_db()
    assert row.bounced_at is None, "what has not left cannot come back"

    OutgoingMail.objects.update(sent_at=NOW)
    post(raw)
    row.refresh_from_db()
    assert is_about_now(row.bounced_at)
    assert row.last_answer == "came back: 550 5.1.1 no such person"
    assert is_suppressed(OURS)


@pytest.mark.parametrize("raw", [
    b"", b"hello", report("<abc@elsewhere.example>"), report("<0.0.0@localhost>"), away("<1.2.3@localhost>"),
])  # fmt: skip
def test_what_is_forged_or_unknown_gets_the_same_answer_and_changes_nothing(harbor, sent, raw):
    assert post(raw) == 202
    assert post(away(name_of(sent))) == 202

    assert states(harbor)["T-7"] == "sent"
    assert tasks(harbor) == []


@pytest.mark.parametrize("key", ["wrong", SECRET + "x", SECRET[:-1], "é"])
def test_without_the_secret_there_is_no_such_address(harbor, sent, key):
    assert post(bounce(sent), key=key) == 404
    assert states(harbor)["T-7"] == "sent"


def test_where_no_secret_is_set_nothing_opens(opened, sent):
    opened.MAIL_HOOK_SECRET = ""

    assert post(bounce(sent)) == 404
    assert not inbound.opens("")
    assert Client().post("/hooks/mail//", b"x", content_type="text/plain").status_code == 404


def test_a_secret_that_can_be_guessed_stops_the_start_with_advice(monkeypatch):
    monkeypatch.setenv("ADVOCACY_MAIL_HOOK_SECRET", "short")

    with pytest.raises(ImproperlyConfigured, match="32 characters"):
        env.secret("ADVOCACY_MAIL_HOOK_SECRET")


def test_only_so_much_is_read_and_only_so_often(sent, monkeypatch):
    assert post(b"x" * (MOST_BYTES + 1)) == 413

    monkeypatch.setattr("reminders.views.MAILS_A_MINUTE", 2)
    cache.clear()
    assert [post(b"x") for _ in range(3)] == [202, 202, 429]


def test_nobody_reads_at_this_door(client):
    assert client.get(reverse("reminders:mail_hook", args=[SECRET])).status_code == 405


@pytest.fixture
def watched(opened, harbor):
    """A canary that flies to a mail server of ours."""
    opened.MAIL_CANARY = CANARY_AT
    with sink() as (server, transport):
        opened.MAIL = transport.server | {"kind": "smtp"}
        yield server


def test_the_canary_is_well_as_long_as_it_comes_back(watched):
    assert (check("mail canary").good, check("mail canary").words) == (
        True,
        "never came back; sent 0 min ago",
    )
    canary_task()
    deliver_mail()
    [flown] = watched.mails
    assert watched.recipients == [CANARY_AT]
    assert not check("mail canary", NOW + CANARY_LATE + timedelta(minutes=1)).good

    post(b"Received: from mx.example\r\n" + flown.as_bytes())

    at = Heartbeat.objects.get(part="mail canary").at
    assert is_about_now(at)
    assert check("mail canary", at + CANARY_LATE).good
    assert not check("mail canary", at + CANARY_LATE + timedelta(seconds=1)).good


def test_another_mail_of_ours_is_no_canary(watched, sent):
    post(f"Message-ID: {name_of(sent)}\r\n\r\nhello".encode())
    post(f"Message-ID: {message_id(organisation_id=None, row_id=sent.pk)}\r\n\r\nhello".encode())

    assert not Heartbeat.objects.filter(part="mail canary").exists()


def test_canaries_do_not_pile_up(watched):
    for hour in range(30):
        mail.send_canary(to=CANARY_AT, now=NOW + timedelta(hours=hour))

    assert OutgoingMail.objects.count() == 25


@pytest.mark.parametrize(
    "change", [{"MAIL_CANARY": ""}, {"MAIL_HOOK_SECRET": ""}, {"MAIL": {"kind": "viewer"}}]
)
def test_where_no_mail_goes_round_the_canary_is_not_watched(watched, opened, change):
    for key, value in change.items():
        setattr(opened, key, value)

    assert (check("mail canary").good, check("mail canary").words) == (True, "not watched")


def test_while_mail_is_held_only_what_somebody_waits_for_leaves(harbor, bob, due_in, opened):
    due_in(6)
    for kind in ("sign_in_code", "client_update"):
        mail.queue(kind=kind, to=OURS, subject=kind, text="", html="", now=NOW, organisation_id=harbor.pk)
    mail.queue(kind="password_reset", to=OURS, subject="password", text="", html="", now=NOW)
    call_command("hold_sending", "restored a backup", stdout=io.StringIO())

    with sink() as (server, transport):
        opened.MAIL = transport.server | {"kind": "smtp"}
        assert plan(harbor, NOW) == 1 or rows(harbor)
        deliver_mail()
        deliver_task()

        assert {each["Subject"] for each in server.mails} == {"sign_in_code", "password"}
        assert all(row.attempts == 0 for row in rows(harbor))
        assert not check("sending").good
        assert check("sending").words.startswith("held since 2026-09-15 1")
        assert "backup" not in check("sending").words, "somebody's own words are not for everybody"

        call_command("release_sending", stdout=io.StringIO())
        deliver_mail()
        deliver_task()
        assert len(server.mails) == 4
    assert check("sending").good


def test_the_first_reason_of_a_hold_stands_and_a_hold_needs_one():
    first = mail.hold_sending(reason="restored a backup", by="olga", now=NOW)
    second = mail.hold_sending(reason="another", by="sam", now=NOW + timedelta(hours=1))

    assert (second.reason, second.by, second.since) == (first.reason, "olga", NOW)
    assert mail.release_sending()
    assert not mail.release_sending()
    assert hold() is None
    with pytest.raises(CommandError, match="Say why"):
        call_command("hold_sending", " ")


def test_an_update_to_a_client_that_came_back_is_a_task_and_is_told_in_the_portal(harbor, bob):
    case, words = invite(harbor, bob)
    maria = come_in(words)
    NOT_REACHED = "No pudimos comunicarnos con usted"
    assert NOT_REACHED not in maria.get(at("home")).content.decode()
    for text in ("One", "Two"):
        with job_in(harbor.pk):
            write_to_client(case=case, text=text, by=bob, now=clock.now())
    updates = OutgoingMail.objects.filter(kind="client_update")
    updates.update(sent_at=clock.now())

    for row in updates:
        name = message_id(organisation_id=harbor.pk, row_id=row.pk)
        post(report(name, status="5.2.2", said="550 mailbox full", to=row.to))

    [task] = tasks(harbor)
    assert task.owner == bob
    name = case.client.called
    assert task.what == f"Our mail to {name} came back: find a safe way to say that we wrote to them"
    assert not is_suppressed("maria@demo.example"), "a full mailbox may be emptied"
    page = maria.get(at("home")).content.decode()
    assert NOT_REACHED in page
    assert "maria@demo.example" in page

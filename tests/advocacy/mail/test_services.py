"""The queue of all mails but reminders: encrypted while it waits, emptied when it went."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from advocacy.kernel import clock
from advocacy.mail import services
from advocacy.mail.delivery import MAX_ATTEMPTS, deliver
from advocacy.mail.messages import Message, read_message_id
from advocacy.mail.models import OutgoingMail
from advocacy.mail.services import MailQueue
from advocacy.mail.tasks import deliver as deliver_task
from advocacy.mail.transport import TransportError
from tests.advocacy.mail.sinks import sink

pytestmark = pytest.mark.django_db

NOW = clock.now()
LEASE = timedelta(seconds=90)
SECRET = "Your code is 493021"


class Box:
    def __init__(self, refusal: TransportError | None = None) -> None:
        self.mails: list[Message] = []
        self.refusal = refusal

    def send(self, message: Message) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.mails.append(message)
        return "250 OK queued as A1"

    def close(self) -> None:
        """Nothing is held open."""


def queue(to: str = "Bob@Demo.example ", **fields: object) -> OutgoingMail:
    given = {"kind": "code", "to": to, "subject": "Your code", "text": SECRET, "html": "", "now": NOW}
    return services.queue(**given | fields)  # type: ignore[arg-type]


def stored(row: OutgoingMail) -> tuple[str, ...]:
    """Return the row's texts as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, text, html FROM outgoing_mail WHERE id = %s", [row.pk])
        found: tuple[str, ...] = cursor.fetchone()
    return found


def test_a_waiting_mail_cannot_be_read_in_the_database():
    row = queue(html=f"<p>{SECRET}</p>")

    assert all(text.startswith("k1:") for text in stored(row))
    assert not any("493021" in text or "code" in text for text in stored(row))
    row.refresh_from_db()
    assert (row.text, row.to) == (SECRET, "bob@demo.example")


def test_a_mail_that_went_is_emptied():
    row, box = queue(), Box()

    deliver(MailQueue(), transport=box, now=lambda: NOW)

    assert [(mail.to, mail.subject, mail.text) for mail in box.mails] == [
        ("bob@demo.example", "Your code", SECRET)
    ]
    assert stored(row) == ("", "", "")
    row.refresh_from_db()
    assert (row.sent_at, row.attempts, row.last_answer) == (NOW, 1, "250 OK queued as A1")
    assert deliver(MailQueue(), transport=box, now=lambda: NOW).total == 0


def test_a_mail_keeps_one_message_id_through_a_crash():
    row = queue()
    [first] = MailQueue().claim(now=NOW, lease=LEASE, size=10)
    before = first.message(NOW)

    [second] = MailQueue().claim(now=NOW + LEASE, lease=LEASE, size=10)
    after = second.message(NOW + LEASE)

    assert before is not None
    assert after is not None
    assert before.message_id == after.message_id
    assert read_message_id(after.message_id) == (None, row.pk)
    assert first.message(NOW + LEASE) is None
    assert not first.sent("250 OK", NOW + LEASE)


def test_a_temporary_no_waits_and_keeps_the_text_until_it_goes():
    row, now = queue(), NOW
    refusing = Box(TransportError("421 later", permanent=False))

    for _ in range(MAX_ATTEMPTS):
        deliver(MailQueue(), transport=refusing, now=lambda now=now: now)
        now += timedelta(minutes=15)

    row.refresh_from_db()
    assert (row.last_answer, row.text, row.parked_at) == ("421 later", SECRET, None)
    assert deliver(MailQueue(), transport=Box(), now=lambda: now).sent == 1


def test_a_text_that_no_key_opens_stops_no_other_mail():
    spoiled, good, box, now = queue(), queue("ann@demo.example"), Box(), NOW
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outgoing_mail SET text = 'k9:AAAA' WHERE id = %s", [spoiled.pk])

    for _ in range(MAX_ATTEMPTS):
        deliver(MailQueue(), transport=box, now=lambda now=now: now)
        now += timedelta(minutes=15)

    assert [mail.to for mail in box.mails] == [good.to]
    parked = OutgoingMail.objects.defer("text").get(pk=spoiled.pk)
    assert (parked.attempts, parked.last_answer) == (MAX_ATTEMPTS, "ImproperlyConfigured")
    assert parked.parked_at is not None


def test_a_mail_of_a_rolled_back_act_is_never_sent():
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        queue()
        raise Undone

    assert not OutgoingMail.objects.exists()


def test_the_task_drains_the_whole_queue(settings):
    for number in range(25):
        queue(f"person{number}@demo.example", html="<p>Hello</p>")

    with sink() as (server, transport):
        settings.MAIL = transport.server | {"kind": "smtp"}
        deliver_task()

    assert len(set(server.recipients)) == len(server.mails) == 25
    assert server.connections == 1
    assert not OutgoingMail.objects.filter(sent_at=None).exists()


def test_what_must_stay_here_goes_to_the_viewer_though_a_server_is_there(settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    queue(keep_here=True), queue("ann@demo.example")

    with sink() as (server, transport):
        settings.MAIL = transport.server | {"kind": "smtp"}
        deliver_task()

    assert server.recipients == ["ann@demo.example"]
    assert len(list(tmp_path.iterdir())) == 1

"""Mail that came back is known by our own signature, and told from replies and from delays."""

from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advocacy.mail.bounces import Bounce, Returned, read
from advocacy.mail.messages import Message, message_id
from tests.advocacy.mail import returned
from tests.advocacy.mail.returned import OURS, report

HARBOR, ROW = uuid4(), uuid4()


@pytest.fixture
def name() -> str:
    return message_id(organisation_id=HARBOR, row_id=ROW)


@pytest.mark.parametrize("server", ["report", "exchange", "gmail", "exim", "qmail"])
def test_every_servers_way_of_saying_it_names_the_row_and_that_the_address_is_dead(server, name):
    found = read(getattr(returned, server)(name))

    assert isinstance(found, Bounce)
    assert (found.organisation_id, found.row_id) == (HARBOR, ROW)
    assert found.is_dead
    assert found.addresses <= {OURS}
    assert found.words


def test_the_words_are_the_servers_own(name):
    found = read(report(name, said="550 5.1.1 <bob@harbor.example>: user unknown"))

    assert isinstance(found, Bounce)
    assert (found.status, found.words) == ("5.1.1", "550 5.1.1 <bob@harbor.example>: user unknown")


@pytest.mark.parametrize(
    ("status", "dead"),
    [("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.0.0", True), ("5.2.2", False), ("4.2.2", False),
     ("5.4.4", False), ("5.7.1", False), ("5.3.4", False)],
)  # fmt: skip
def test_a_full_mailbox_a_network_or_a_policy_is_no_dead_address(name, status, dead):
    found = read(report(name, status=status, said=f"550 {status} no"))

    assert isinstance(found, Bounce)
    assert (found.status, found.is_dead) == (status, dead)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_only_what_failed_came_back(name, action):
    assert read(report(name, action=action, status="4.4.1")) is None


def test_a_delay_in_plain_words_is_none_either(name):
    later = returned.exim(name).replace(b"550 Unrouteable address", b"451 4.4.1 try again later")

    assert read(later) is None


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_reports_of_another_kind_are_no_bounces(name, kind):
    assert read(report(name, kind=kind)) is None


@pytest.mark.parametrize("way", ["away", "reply"])
def test_people_and_their_machines_answer_and_nothing_came_back(name, way):
    assert read(getattr(returned, way)(name)) is None


def test_a_bounce_of_somebody_elses_mail_is_nobodys():
    for strange in ("<abc@elsewhere.example>", f"<{HARBOR.hex}.{ROW.hex}.0123456789abcdef@localhost>", "<>"):
        assert read(report(strange)) is None
        assert read(returned.exim(strange)) is None


def test_our_own_mail_that_comes_in_as_it_went_out_has_returned():
    name = message_id(organisation_id=None, row_id=ROW)
    sent = Message("canary@localhost", "Canary", "one", "<p>one</p>", name).as_bytes()

    assert read(b"Received: by mx.example\r\n" + sent) == Returned(None, ROW)


def test_what_a_server_says_is_one_plain_line_of_bounded_length(name):
    found = read(report(name, said="550 5.1.1 no\x00such \x1b[31m" + "x" * 1000))

    assert isinstance(found, Bounce)
    assert found.words.isprintable()
    assert len(found.words) <= 250


def nested(levels: int) -> bytes:
    lines = [f'Content-Type: multipart/report; boundary="{n}"\n\n--{n}' for n in range(levels)]
    return ("From: MAILER-DAEMON@x\n" + "\n".join(lines) + "\n\ntext").encode()


@given(st.binary(max_size=400))
@example(nested(3000))
@example(
    b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n\xff\n"
)
@example(b"From: =?utf-8?q?=FF?= <mailer-daemon@x>\nContent-Type: text/plain; charset=nonsense\n\n5.1.1")
def test_whatever_comes_in_is_read_without_an_error(raw):
    assert read(raw) is None


@given(st.data())
def test_a_bounce_with_anything_changed_in_it_is_ours_or_nothing(data):
    raw = bytearray(report(message_id(organisation_id=HARBOR, row_id=ROW)))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    found = read(bytes(raw))

    assert found is None or (found.organisation_id, found.row_id) == (HARBOR, ROW)

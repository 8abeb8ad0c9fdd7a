"""The mail itself: two parts, one link, and nothing of the person or the illness."""

import re
import socket
from datetime import timedelta
from uuid import uuid4

import pytest

from advocacy.accounts.models import User
from advocacy.mail.messages import Message, message_id, read_message_id
from advocacy.mail.transport import configured
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from tests.factories import make_client, make_filed_case
from tests.reminders.box import NOW, parsed, part, plan, send, send_all

pytestmark = pytest.mark.django_db

LINK = re.compile(r"https?://[^\s\"'<>]+")
CANARIES = {
    "family_name": "Canaryfamily", "given_name": "Canarygiven", "service": "canaryservice",
    "plan_name": "Canaryplan", "member_id": "CANARY-7", "reason_as_stated": "canarydiagnosis",
    "evidence": "canaryevidence", "phone": "5550199", "email": "canary@client.example",
}  # fmt: skip


@pytest.fixture
def mail(harbor, bob, due_in, box, settings) -> Message:
    """One reminder of a case whose every text is a canary."""
    settings.BASE_URL = "https://crm.harbor.example"
    with scope(harbor.pk, door=Door.STAFF):
        of_client = {name: CANARIES[name] for name in ("family_name", "given_name", "phone", "email")}
        person = make_client(by=bob, now=NOW, **of_client)
    of_case = {name: text for name, text in CANARIES.items() if name not in of_client}
    due_in(6, client=person, **of_case)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)
    [sent] = box.mails
    return sent


def test_a_reminder_has_a_text_and_an_html_part_that_say_the_same(mail):
    kinds = [each.get_content_type() for each in parsed(mail).walk()]
    text, html = part(mail, "plain"), part(mail, "html")

    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    for words in ("26-0001", "Monday, September 21, 2026", "6 days left", "Hello Bob Ortega"):
        assert words in text
        assert words in html
    assert '<html lang="en">' in html
    assert len(mail.as_bytes()) < 100_000


def test_a_reminder_names_no_client_plan_service_diagnosis_or_regulator(mail):
    read = parsed(mail)
    everything = "\n".join(
        [mail.as_bytes().decode(), *(f"{name}: {value}" for name, value in read.items()), part(mail, "plain"),
         part(mail, "html"), mail.subject]
    ).lower()  # fmt: skip

    leaked = [text for text in CANARIES.values() if text.lower() in everything]
    assert leaked == []
    for regulator in ("dmhc", "cdi", "managed health care", "department of insurance"):
        assert regulator not in everything
    # The search does find what is there.
    assert "26-0001" in everything


def test_a_reminder_has_exactly_one_link_and_it_leads_to_the_configured_address(mail):
    in_text, in_html = LINK.findall(part(mail, "plain")), LINK.findall(part(mail, "html"))

    assert in_text == in_html
    [link] = in_text
    assert link.startswith("https://crm.harbor.example/o/harbor/")
    assert part(mail, "html").count("href=") == 1


def test_a_reminder_loads_nothing_from_anywhere(mail):
    html = part(mail, "html").lower()

    for way in ("<img", "src=", "url(", "<link", "<script", "@import", "background="):
        assert way not in html


def test_a_reminder_says_that_a_machine_wrote_it_and_keeps_its_message_id_in_one_piece(mail):
    read = parsed(mail)

    assert read["Auto-Submitted"] == "auto-generated"
    assert re.search(
        rb"^Message-ID:\s+" + re.escape(mail.message_id.encode()) + rb"\r$", mail.as_bytes(), re.M
    )
    assert str(read["Subject"]) == "6 days left: case 26-0001 needs you by Monday"
    assert max(map(len, mail.as_bytes().splitlines())) <= 998


def test_the_parts_say_a_name_as_it_is_written(harbor, due_in, box):
    Organisation.objects.filter(pk=harbor.pk).update(name="O'Brien & Søns <Oakland>")
    due_in(6)
    plan(harbor, NOW)

    send_all(harbor, box, NOW)

    assert "O'Brien & Søns <Oakland>" in part(box.mails[0], "plain")
    assert "O&#x27;Brien &amp; Søns &lt;Oakland&gt;" in part(box.mails[0], "html")
    assert parsed(box.mails[0])["From"].addresses[0].display_name == "O'Brien & Søns <Oakland>"


@pytest.mark.parametrize(
    "name",
    [
        "Harbor\r\nBcc: thief@evil.example",
        "Harbor\nSubject: Win\n\n<a href='https://evil.example'>",
        'Harbor" <thief@evil.example>, "x',
        "Harbor <thief@evil.example>, y",
        "thief@evil.example",
        "Harbor\x0b\x85\u2028Bcc: thief@evil.example",
        "",
    ],
)
def test_the_name_of_an_organisation_never_becomes_a_header_or_an_address(
    harbor, due_in, box, settings, name
):
    Organisation.objects.filter(pk=harbor.pk).update(name=name)
    due_in(6)
    plan(harbor, NOW)

    send_all(harbor, box, NOW)

    [sent] = box.mails
    read = parsed(sent)
    expected = {
        "Content-Type",
        "MIME-Version",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
    }
    assert sorted(read.keys()) == sorted(expected)
    assert [each.addr_spec for each in read["From"].addresses] == [settings.MAIL_FROM]
    assert read["To"].addresses[0].addr_spec == "bob@demo.example"
    assert part(sent, "html").count("<a ") == 1


def test_a_line_break_in_an_address_or_subject_is_refused():
    good = {"to": "bob@demo.example", "subject": "A date", "text": "", "html": "", "message_id": "<a@b>"}

    for field, text in {"to": "bob@demo.example\nBcc: x@evil.example", "subject": "A\nBcc: x"}.items():
        with pytest.raises(ValueError, match="newlines"):
            Message(**good | {field: text}).as_bytes()


def test_a_duty_of_the_plan_was_due_on_the_day_after_which_it_is_late(harbor, bob, box):
    with scope(harbor.pk, door=Door.STAFF):
        make_filed_case(by=bob, now=NOW, filed_days_ago=8)
    plan(harbor, NOW)

    send_all(harbor, box, NOW)

    # The fifth day was a Saturday; on the reading that rolls, the plan had until Monday.
    [sent] = box.mails
    assert sent.subject == "Late: case 26-0001 waits on the plan"
    assert "Was due: Monday, September 14, 2026 (1 day past)" in part(sent, "plain")


def test_a_step_that_opens_says_from_when(harbor, bob, box):
    with scope(harbor.pk, door=Door.STAFF):
        make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    plan(harbor, NOW)
    opened = NOW + timedelta(days=30)
    plan(harbor, opened)

    send_all(harbor, box, opened)

    # Another duty of the plan is late on that day: both stand in one mail.
    [mail] = box.mails
    assert re.search(r"Case 26-0001\. Opens: \w+, October 1\d, 2026 \(\d days past\)", part(mail, "plain"))


def test_a_message_id_is_fixed_and_leads_back_to_its_row():
    organisation, row = uuid4(), uuid4()

    made = message_id(organisation_id=organisation, row_id=row)

    assert made == message_id(organisation_id=organisation, row_id=row)
    assert read_message_id(made) == (organisation, row)
    assert read_message_id(f"  {made} ") == (organisation, row)
    assert read_message_id(message_id(organisation_id=None, row_id=row)) == (None, row)


def test_a_message_id_that_we_did_not_sign_leads_nowhere(settings):
    organisation, row = uuid4(), uuid4()
    made = message_id(organisation_id=organisation, row_id=row)
    place, _, domain = made.strip("<>").partition("@")
    unsigned, _, signature = place.rpartition(".")

    forged = [
        made.replace(organisation.hex, uuid4().hex),
        made.replace(row.hex, uuid4().hex),
        f"<{unsigned}.{signature[::-1]}@{domain}>",
        f"<{unsigned}.@{domain}>",
        f"<{place}@evil.example>",
        f"<{unsigned}.sïgnature@{domain}>",
        "<>", "", "no address at all", "<@>", f"<@{domain}>",
    ]  # fmt: skip
    assert [read_message_id(each) for each in forged] == [None] * len(forged)
    settings.SECRET_KEY = "another installation's"
    assert read_message_id(made) is None


def test_what_a_demo_writes_stays_in_the_viewer_whatever_server_is_configured(
    harbor, sierra, charlie, due_in, settings, tmp_path
):
    Organisation.objects.filter(pk=harbor.pk).update(is_demo=True)
    due_in(6), due_in(6, by=charlie, at=sierra)
    plan(harbor, NOW), plan(sierra, NOW)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        settings.MAIL = {"kind": "smtp", "host": "127.0.0.1", "port": server.getsockname()[1],
                         "username": "", "password": "", "use_ssl": False, "use_tls": False}  # fmt: skip
        settings.MAIL_FOLDER, settings.MAIL_TIMEOUT_SECONDS = tmp_path, 0.2
        transport = configured()

        done = send(harbor, transport, NOW)

        with pytest.raises(BlockingIOError):
            server.accept()
        assert done.sent == len(list(tmp_path.iterdir())) == 1
        # And what is no demo does knock.
        assert send(sierra, transport, NOW).again == 1
        server.accept()[0].close()
        transport.close()


def test_mail_goes_to_the_stored_address(harbor, bob, due_in, box):
    User.objects.filter(pk=bob.pk).update(email="new@demo.example")
    due_in(6)
    plan(harbor, NOW)

    send_all(harbor, box, NOW)

    assert [mail.to for mail in box.mails] == ["new@demo.example"]

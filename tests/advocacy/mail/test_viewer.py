"""The viewer: mails that stayed on this machine, shown safely."""

import os

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from advocacy.mail.messages import Message
from advocacy.mail.transport import ViewerTransport
from advocacy.mail.viewer import ViewerBackend

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src='https://evil.example/x'>"


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path / "mail"
    return settings.MAIL_FOLDER


@pytest.fixture
def keep(folder):
    """Return a keeper of mails in the viewer."""

    def one(name: str, **fields: object) -> None:
        given = {"to": "bob@demo.example", "subject": f"Mail {name}", "text": "Plain", "html": "<p>Rich</p>"}
        given |= {"message_id": f"<{name}@localhost>"}
        ViewerTransport(folder).send(Message(**given | fields))  # type: ignore[arg-type]

    return one


def test_the_list_shows_what_was_kept_newest_first(client, folder, keep):
    for age, name in enumerate(["new", "old"]):
        keep(name)
        os.utime(folder / f"{name}.eml", (1_700_000_000 - age,) * 2)

    page = client.get(reverse("mail:index")).content.decode()

    assert page.index("Mail new") < page.index("Mail old")
    assert reverse("mail:detail", args=["new"]) in page


def test_the_list_says_so_when_nothing_was_kept(client, folder):
    response = client.get(reverse("mail:index"))

    assert response.status_code == 200
    assert "No mail yet" in response.content.decode()


def test_one_mail_is_shown_with_both_parts(client, keep):
    keep("one", from_name="Harbor")

    page = client.get(reverse("mail:detail", args=["one"])).content.decode()
    body = client.get(reverse("mail:body", args=["one"]))

    assert "Plain" in page
    assert "&lt;one@localhost&gt;" in page
    assert reverse("mail:body", args=["one"]) in page
    assert "<p>Rich</p>" in body.content.decode()


def test_the_html_part_runs_nothing_and_loads_nothing(client, keep):
    keep("hostile", subject=HOSTILE, text=HOSTILE, html=HOSTILE)

    page = client.get(reverse("mail:detail", args=["hostile"]))
    body = client.get(reverse("mail:body", args=["hostile"]))

    assert HOSTILE not in page.content.decode()
    policy = body["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["absent", "..%2fsecrets", "%2e%2e", "one.eml", "*", "..\\x"])
@pytest.mark.parametrize("page", ["detail", "body"])
def test_a_name_that_is_no_kept_mail_is_not_found(client, folder, keep, page, name):
    keep("one")
    (folder.parent / "secrets.eml").write_bytes(b"Subject: no\r\n\r\nno")

    address = reverse(f"mail:{page}", args=["one"]).replace("/one/", f"/{name}/")

    assert client.get(address).status_code == 404


def test_what_django_itself_would_send_stays_here_too(client, folder):
    sent = ViewerBackend().send_messages([EmailMessage("Error", "text", "a@localhost", ["ops@localhost"])])

    assert sent == 1
    assert "ops@localhost" in client.get(reverse("mail:index")).content.decode()

"""Papers: the bytes as they came, private, only ever downloaded; the typed name is only data."""

import hashlib
import stat

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from advocacy.organisations.scope import Door, scope
from cases.documents import services
from cases.documents.models import Document
from tests.cases.pages import errors_by_fields
from tests.conftest import NOW
from tests.factories import make_case, make_denied_case, make_document

pytestmark = pytest.mark.django_db

LETTER = b"%PDF-1.4\n\x00\xff the plan said no \n%%EOF\n"
# Names as a browser may send them, and a part that must not survive as a path or as an order of letters.
HOSTILE = [
    "../../x.pdf",
    "..\\..\\x.pdf",
    "/etc/passwd.pdf",
    "C:\\Users\\rosa\\x.pdf",
    f"{'a' * 300}.pdf",
    "x\x00.pdf",
    "invoice\u202efdp.pdf",
    "x%0D%0ASet-Cookie: a=b.pdf",
    r"x\"; filename=\"y.exe.pdf",
    "<script>alert(1)</script>.pdf",
    "résumé 病歴 🩺.pdf",
]


def keep(case, by, **fields):
    upload = SimpleUploadedFile(fields.pop("name", "letter.pdf"), fields.pop("content", LETTER), "text/html")
    return services.keep_document(
        case=case, upload=upload, title=fields.pop("title", "Letter"), event=None, by=by, now=NOW
    )


def bytes_of(document):
    with services.open_document(document) as opened:
        return opened.read()


def downloaded(response):
    """Read a download to its end, as a browser does: that closes it."""
    return b"".join(response.streaming_content)


def test_the_bytes_are_kept_as_they_came(in_harbor, bob):
    content = bytes(range(256)) * 2000

    document = keep(make_case(by=bob, now=NOW), bob, content=content)

    assert bytes_of(document) == content
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.size == len(content)


def test_a_large_paper_is_kept_whole(in_harbor, bob, settings):
    settings.DOCUMENT_MAX_BYTES = 5_000_000
    content = b"0123456789" * 500_000

    document = keep(make_case(by=bob, now=NOW), bob, content=content)

    assert bytes_of(document) == content
    with pytest.raises(services.FileTooLarge):
        keep(document.case, bob, content=content + b"!")


def test_the_file_can_be_read_by_us_alone(in_harbor, bob, private_files):
    document = keep(make_case(by=bob, now=NOW), bob)

    path = private_files / document.stored_as
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_stored_name_tells_nothing_and_is_never_the_same(in_harbor, harbor, bob):
    case = make_case(by=bob, now=NOW)

    first, second = keep(case, bob, name="Rosa Silva.pdf"), keep(case, bob, name="Rosa Silva.pdf")

    for document in (first, second):
        folder, _, name = document.stored_as.partition("/")
        assert folder == harbor.pk.hex
        assert len(name) == 32
        assert set(name) <= set("0123456789abcdef")
    assert first.stored_as != second.stored_as


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "application/pdf"), ("a.PDF", "application/pdf"), ("a.txt", "text/plain"),
        ("a.md", "text/plain"), ("a.jpg", "image/jpeg"), ("a.JPEG", "image/jpeg"), ("a.png", "image/png"),
        ("a.heic", "image/heic"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)  # fmt: skip
def test_the_kind_comes_from_our_list_and_not_from_the_sender(in_harbor, bob, name, kind):
    assert keep(make_case(by=bob, now=NOW), bob, name=name).content_type == kind


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.exe", "a.pdf.js", "a.zip", "a", "a.pdf "])
def test_every_other_kind_is_refused(in_harbor, bob, private_files, name):
    case = make_case(by=bob, now=NOW)

    with pytest.raises(services.FileKindNotTaken):
        keep(case, bob, name=name)

    assert not Document.objects.exists()
    assert list(private_files.rglob("*")) == []


def test_a_paper_without_a_title_takes_the_name_of_its_file(in_harbor, bob):
    case = make_case(by=bob, now=NOW)

    assert keep(case, bob, title="  ", name="scan 3.pdf").title == "scan 3.pdf"
    assert keep(case, bob, title=" The letter ").title == "The letter"


def test_the_database_refuses_to_change_a_paper(in_harbor, bob):
    keep(make_case(by=bob, now=NOW), bob)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE document SET title = 'x'")
        assert cursor.rowcount == 0


def post(signed_in, by, case, *, name="x.pdf", content=LETTER, **fields):
    """Send the form byte by byte: Django's own test client would clean the name first."""
    edge = "edge-of-a-part"
    typed = {"title": "Letter", "csrfmiddlewaretoken": "x"} | fields
    parts = [f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in typed.items()]
    file = f'form-data; name="file"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'.encode()
    parts.append(file + content)
    body = b"".join(f"--{edge}\r\nContent-Disposition: ".encode() + part + b"\r\n" for part in parts)
    return signed_in(by).post(
        f"/o/harbor/cases/{case.pk}/papers/add/",
        body + f"--{edge}--\r\n".encode(),
        content_type=f"multipart/form-data; boundary={edge}",
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_data(signed_in, harbor, in_harbor, bob, private_files, name):
    case = make_case(by=bob, now=NOW)

    response = post(signed_in, bob, case, name=name)

    assert response.status_code == 302
    document = Document.objects.get()
    assert not set("/\\\x00\r\n\u202e") & set(document.original_name)
    assert len(document.original_name) <= 200
    assert [path for path in private_files.rglob("*") if path.is_file()] == [
        private_files / document.stored_as
    ]
    page = signed_in(bob).get(f"/o/harbor/cases/{case.pk}/").content.decode()
    assert "<script>alert" not in page
    answer = signed_in(bob).get(f"/o/harbor/papers/{document.pk}/")
    assert downloaded(answer) == LETTER
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie" not in answer


def test_a_long_name_without_a_title_is_kept(signed_in, harbor, in_harbor, bob):
    response = post(signed_in, bob, make_case(by=bob, now=NOW), name=f"{'a' * 180}.pdf", title="")

    assert response.status_code == 302


def test_an_upload_shows_which_fact_it_proves(signed_in, harbor, in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    other = make_denied_case(by=bob, now=NOW)
    fact, foreign = (services.Event.objects.get(case=each) for each in (case, other))

    assert post(signed_in, bob, case, event=str(fact.pk)).status_code == 302
    refused = post(signed_in, bob, case, event=str(foreign.pk))

    assert refused.status_code == 422
    assert Document.objects.get().event == fact


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "This file is empty. Choose it again"),
        (b"x", "a.html", services.FileKindNotTaken.words),
        (b"x" * 11, "a.pdf", services.FileTooLarge.words),
    ],
)
def test_a_bad_upload_is_refused_by_the_field(
    signed_in, harbor, in_harbor, bob, settings, content, name, words
):
    settings.DOCUMENT_MAX_BYTES = 10

    response = post(signed_in, bob, make_case(by=bob, now=NOW), content=content, name=name)

    assert response.status_code == 422
    assert errors_by_fields(response.content.decode()) == [words]
    assert not Document.objects.exists()


def test_a_paper_is_only_ever_downloaded(signed_in, harbor, in_harbor, bob):
    document = make_document(case=make_case(by=bob, now=NOW), by=bob, now=NOW, name="page.txt")

    response = signed_in(bob).get(f"/o/harbor/papers/{document.pk}/")

    assert response["Content-Disposition"] == 'attachment; filename="page.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "text/plain"
    assert downloaded(response) == b"The plan said no."


def test_a_download_is_for_those_who_see_the_case(signed_in, harbor, bob, vera, charlie):
    with scope(harbor.pk, door=Door.STAFF):
        hers = make_document(case=make_case(by=vera, now=NOW), by=vera, now=NOW)
        his = make_document(case=make_case(by=bob, now=NOW), by=bob, now=NOW)

    def status(who, document, slug="harbor"):
        response = signed_in(who).get(f"/o/{slug}/papers/{document.pk}/")
        assert not response.streaming or downloaded(response)
        return response.status_code

    assert (status(bob, his), status(bob, hers), status(vera, hers)) == (200, 200, 200)
    assert (status(vera, his), status(charlie, his), status(charlie, his, "sierra")) == (404, 404, 404)


@pytest.mark.django_db(transaction=True)
def test_a_row_never_lacks_its_bytes(harbor, bob, private_files):
    with scope(harbor.pk, door=Door.STAFF):
        case = make_case(by=bob, now=NOW)
    private_files.mkdir(exist_ok=True)
    (private_files / harbor.pk.hex).write_text("a file where the folder should be")

    with scope(harbor.pk, door=Door.STAFF), pytest.raises(OSError):
        keep(case, bob)

    with scope(harbor.pk, door=Door.JOB), services.transaction.atomic():
        assert not Document.objects.exists()

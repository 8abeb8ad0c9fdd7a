"""Publishing an edition of a form."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from advocacy.accounts.models import User
from advocacy.audit.models import PlatformEvent
from advocacy.directory import queries, services
from advocacy.directory.models import Form, FormVersion
from advocacy.directory.services import editions
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory", "stored")]

PDF = b"%PDF-1.7 an invented form"


def publish(olga: User, **fields: Any) -> FormVersion:
    given = {
        "form": Form.objects.get(key="dmhc-imr-complaint"),
        "edition": "rev. 01/27",
        "language": "en",
        "effective_from": date(2026, 9, 1),
        "url": "",
        "upload": SimpleUploadedFile("form.pdf", PDF, "application/pdf"),
        "source": "The form itself",
        "confidence": "H",
    }
    return services.publish_version(**(given | fields), by=olga, now=NOW)


def test_the_new_edition_is_current_and_the_old_one_has_ended(olga: User) -> None:
    version = publish(olga)

    old = FormVersion.objects.get(key="dmhc-imr-complaint-en-2020")
    assert version.is_current
    assert (old.is_current, old.ended_on) == (False, date(2026, 9, 1))
    assert version.sha256 == hashlib.sha256(PDF).hexdigest()
    assert version.checked_on == date(2026, 9, 15)
    with services.open_version(version) as copy:
        assert copy.read() == PDF
    assert "form.pdf" not in version.stored_as, "the typed name is only data"


def test_another_language_leaves_the_english_edition_current(olga: User) -> None:
    publish(olga, language="es")

    assert FormVersion.objects.get(key="dmhc-imr-complaint-en-2020").is_current


def test_an_operators_edition_outlives_the_next_catalogue(olga: User) -> None:
    version = publish(olga)

    services.sync_directory(now=NOW)

    version.refresh_from_db()
    assert version.is_current


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"upload": None}, editions.EditionWithoutCopy),
        (
            {"upload": SimpleUploadedFile("form.pdf", b"<html>", "application/pdf")},
            editions.EditionKindNotTaken,
        ),
        ({"upload": SimpleUploadedFile("form.exe", PDF, "application/pdf")}, editions.EditionKindNotTaken),
    ],
)
def test_what_is_no_form_is_refused(olga: User, fields: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        publish(olga, **fields)

    assert FormVersion.objects.get(key="dmhc-imr-complaint-en-2020").is_current


def test_the_same_file_twice_and_an_older_edition_are_refused(olga: User) -> None:
    publish(olga)

    with pytest.raises(editions.EditionKnown):
        publish(olga, edition="again")
    with pytest.raises(editions.EditionNotNewer):
        publish(olga, upload=None, url="https://example.org/form.pdf", effective_from=date(2026, 8, 1))


def test_a_file_too_large_is_refused(olga: User, settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 4

    with pytest.raises(editions.EditionTooLarge):
        publish(olga)


def test_the_database_allows_one_current_edition_of_a_form_and_language(olga: User) -> None:
    version = publish(olga)

    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(key="dmhc-imr-complaint-en-2020").update(is_current=True, ended_on=None)
    assert version.is_current


def test_history_and_the_platforms_record_say_who(olga: User) -> None:
    version = publish(olga)

    [change] = queries.history(version)
    assert (change.who, change.act) == ("Olga Petrov", "edition published")
    old = queries.history(FormVersion.objects.get(key="dmhc-imr-complaint-en-2020"))
    assert ("current", "True", "False") in old[0].differences
    event = PlatformEvent.objects.get(act="form edition published")
    assert (event.actor_id, event.subject) == (olga.pk, version.key)

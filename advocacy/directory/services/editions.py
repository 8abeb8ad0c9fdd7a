"""Publish an edition of a form: our copy or its address, current from now on."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import IO, Final

import pghistory
from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.directory.models import Form, FormVersion
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.ids import new_id

# What a form comes as. Its first bytes must say the same.
ACCEPTED: Final = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
}
STATE_ZONE: Final = "America/Los_Angeles"


class EditionWithoutCopy(Refusal):
    words = "Give the file, or the address where the form is"
    field = "file"


class EditionTooLarge(Refusal):
    words = "This file is larger than 25 MB"
    field = "file"


class EditionKindNotTaken(Refusal):
    words = "A form is a PDF or a Word file"
    field = "file"


class EditionKnown(Refusal):
    words = "This very file is the current edition already"
    field = "file"


class EditionNotNewer(Refusal):
    words = "The current edition took effect later than this one"
    field = "effective_from"


@dataclass(frozen=True)
class Copy:
    """The bytes of a form as they lie in private storage."""

    stored_as: str = ""
    original_name: str = ""
    content_type: str = ""
    size: int | None = None
    sha256: str = ""


@transaction.atomic
def publish_version(
    *,
    form: Form,
    edition: str,
    language: str,
    effective_from: date | None,
    url: str,
    upload: UploadedFile | None,
    source: str,
    confidence: str,
    by: User,
    now: datetime,
) -> FormVersion:
    """Make this edition the current one of its form and language, and end the one before.

    Raises: EditionWithoutCopy, EditionTooLarge, EditionKindNotTaken, EditionKnown, EditionNotNewer.
    """
    if not upload and not url:
        raise EditionWithoutCopy
    today = clock.day(now, STATE_ZONE)
    # Two operators at once: the second waits here, and then sees the first one's edition.
    Form.objects.select_for_update().get(pk=form.pk)
    present = FormVersion.objects.filter(form=form, language=language, is_current=True).first()
    digest, content_type = _looked_at(upload) if upload else ("", "")
    if present and digest and present.sha256 == digest:
        raise EditionKnown
    begins = effective_from or today
    if present and present.effective_from and present.effective_from > begins:
        raise EditionNotNewer
    copy = _store(upload, digest, content_type) if upload else Copy()
    with pghistory.context(person=str(by.pk), act="edition published"):
        if present:
            FormVersion.objects.filter(pk=present.pk).update(is_current=False, ended_on=begins)
        version = FormVersion.objects.create(
            key=_key(form, language),
            form=form,
            edition=edition,
            language=language,
            effective_from=effective_from,
            url=url,
            source=source,
            confidence=confidence,
            checked_on=today,
            is_current=True,
            **vars(copy),
        )
    audit.record_platform(act="form edition published", at=now, actor_id=by.pk, subject=version.key)
    return version


def open_version(version: FormVersion) -> IO[bytes]:
    """Open our copy of a form.

    Raises: FileNotFoundError.
    """
    opened: IO[bytes] = storages["documents"].open(version.stored_as, "rb")
    return opened


def _key(form: Form, language: str) -> str:
    """A key of its own, short enough: a form may have many editions in a year."""
    return f"{form.key[:38]}-{language}-{new_id().hex[-12:]}"


def _looked_at(upload: UploadedFile) -> tuple[str, str]:
    """Return (sha256, content type) of a file that we take."""
    if (upload.size or 0) > settings.DOCUMENT_MAX_BYTES:
        raise EditionTooLarge
    kind = ACCEPTED.get(PurePath(upload.name or "").suffix.lower())
    digest, first = hashlib.sha256(), b""
    for chunk in upload.chunks():
        first = first or chunk[:8]
        digest.update(chunk)
    upload.seek(0)
    if kind is None or not first.startswith(kind[1]):
        raise EditionKindNotTaken
    return digest.hexdigest(), kind[0]


def _store(upload: UploadedFile, digest: str, content_type: str) -> Copy:
    saved = storages["documents"].save(f"directory/{new_id().hex}", upload)
    return Copy(
        stored_as=saved,
        original_name=(upload.name or "form")[-200:],
        content_type=content_type,
        size=upload.size,
        sha256=digest,
    )

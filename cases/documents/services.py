"""Keep a paper, and open it for those who may read it."""

import hashlib
from datetime import datetime
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.kernel.ids import new_id
from advocacy.organisations import scope
from cases.casefile.models import Case, Event
from cases.documents.models import Document, DocumentKind, PaperKind

# What browsers and phones send for letters. The name decides nothing else: files are only ever downloaded.
ACCEPTED = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".md": "text/plain",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".heic": "image/heic",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class FileTooLarge(Refusal):
    words = "This file is larger than 25 MB. Send it in parts, or as a smaller picture"
    field = "file"


class FileEmpty(Refusal):
    words = "This file is empty. Choose it again"
    field = "file"


class FileKindNotTaken(Refusal):
    words = "We take PDF, text, Word and pictures (JPG, PNG, HEIC)"
    field = "file"


def keep_document(
    *,
    case: Case,
    upload: UploadedFile,
    title: str,
    event: Event | None,
    by: User,
    now: datetime,
    kind: str = PaperKind.OTHER,
) -> Document:
    """Store the bytes, then the row. A row never lacks its bytes.

    Raises: FileTooLarge, FileEmpty, FileKindNotTaken.
    """
    name = (upload.name or "paper")[-200:]
    suffix = f".{name.rpartition('.')[2].lower()}"
    size = upload.size or 0
    if size > settings.DOCUMENT_MAX_BYTES:
        raise FileTooLarge
    if not size:
        raise FileEmpty
    if suffix not in ACCEPTED:
        raise FileKindNotTaken
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    stored_as = _store(scope.current_organisation_id(), upload)
    with transaction.atomic():
        document: Document = Document.objects.create(
            client_id=case.client_id,
            case=case,
            event=event,
            kind=kind,
            title=(title.strip() or name)[:160],
            original_name=name,
            content_type=ACCEPTED[suffix],
            size=size,
            sha256=digest.hexdigest(),
            stored_as=stored_as,
            uploaded_at=now,
            uploaded_by=by,
        )
        audit.record(act="paper added", at=now, actor_id=by.pk, client_id=case.client_id, subject=document)
    return document


@transaction.atomic
def sort_document(*, document: Document, kind: str, by: User, now: datetime) -> None:
    """Say what kind of paper it is, where it was sorted wrong. The same kind again changes nothing."""
    if Document.objects.sorted_as().get(pk=document.pk).standing_kind == kind:
        return
    DocumentKind.objects.create(
        client_id=document.client_id, document=document, kind=kind, given_at=now, given_by=by
    )
    audit.record(
        act=f"paper sorted as {kind}", at=now, actor_id=by.pk, client_id=document.client_id, subject=document
    )


def _store(organisation_id: UUID, upload: UploadedFile) -> str:
    saved: str = storages["documents"].save(f"{organisation_id.hex}/{new_id().hex}", upload)
    return saved


def open_document(document: Document) -> IO[bytes]:
    """Open the bytes. The caller has been let in by `document_for`.

    Raises: FileNotFoundError.
    """
    opened: IO[bytes] = storages["documents"].open(document.stored_as, "rb")
    return opened

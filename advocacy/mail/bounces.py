"""What a mail that came in says of one that we sent: that it came back, that it arrived, or nothing.

Delivery-status mail is RFC 3464 inside RFC 6522, or a mail server's plain words. Whom it is about is
never believed from an address in it: the Message-ID of ours that it returns is signed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses
from uuid import UUID

from advocacy.mail.messages import read_message_id

MOST_BYTES = 1 << 20
_LONGEST_WORDS = 250
# A bounce has some ten parts; what has parts in parts without end costs time, and is none.
_MOST_PARTS = 50
# A reader of plain words looks no further: it is at the top that a server says what happened.
_MOST_TEXT = 20_000

_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,120}@[^<>@\s]{1,120}>")
_COPY = re.compile(r"^[>\s]*(?:message-id|subject):", re.IGNORECASE | re.MULTILINE)
# RFC 3463: class, subject, detail. Not part of a number with more dots, as an address of a server is.
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\d.#])([45])[0-5]\d(?=[ -])")
_SERVERS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mdaemon)$", re.IGNORECASE)
# The address lives on: the mailbox is full, the network is down, the text was not wanted.
_LIVES = re.compile(r"^(4\.|5\.2\.[234]$|5\.[34567]\.)")


@dataclass(frozen=True)
class Returned:
    """A mail of ours that came in as it went out."""

    organisation_id: UUID | None
    row_id: UUID


@dataclass(frozen=True)
class Bounce:
    """A mail of ours that did not arrive after all. `status` is RFC 3463's, "" if none was given."""

    organisation_id: UUID | None
    row_id: UUID
    status: str
    words: str
    # Whom the mail server says it is about, in lower case; to be compared, never believed.
    addresses: frozenset[str]

    @property
    def is_dead(self) -> bool:
        """True if this address will take no other mail either."""
        return bool(self.status) and not _LIVES.match(self.status)


def read(raw: bytes) -> Bounce | Returned | None:
    """Return what the mail says of one of ours. None for everything else, also for what cannot be read."""
    if len(raw) > MOST_BYTES or raw.lower().count(b"content-type:") > _MOST_PARTS:
        return None
    try:
        return _read(message_from_bytes(raw))
    except Exception:
        # Anybody may write to an address that takes bounces, with headers that no library expects.
        return None


def _read(mail: Message) -> Bounce | Returned | None:
    own = read_message_id(_header(mail, "Message-ID"))
    if own is not None:
        return Returned(*own)
    failed = _failed_report(mail) if _is_report(mail) else _failed_in_words(mail)
    if failed is None:
        return None
    place = next((found for text in _where_named(mail) if (found := _signed(text))), None)
    if place is None:
        return None
    status, words, addresses = failed
    return Bounce(*place, status=status, words=words, addresses=frozenset(addresses))


def _is_report(mail: Message) -> bool:
    return mail.get_content_type() == "multipart/report"


def _failed_report(mail: Message) -> tuple[str, str, set[str]] | None:
    """Return (status, words, addresses) of the first recipient that failed for good; None if none did."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            if _header(block, "Action").lower() != "failed":
                continue
            said = _header(block, "Diagnostic-Code").partition(";")[2].strip()
            status = _status_of(_header(block, "Status"))
            names = ("Final-Recipient", "Original-Recipient")
            addresses = {_header(block, name).partition(";")[2] for name in names}
            return status or _status_of(said), _one_line(said or status), _plain(addresses)
    return None


def _blocks(part: Message) -> list[Message]:
    blocks = part.get_payload()
    return [each for each in blocks if isinstance(each, Message)] if isinstance(blocks, list) else []


def _failed_in_words(mail: Message) -> tuple[str, str, set[str]] | None:
    """Judge a bounce without a report. Only a mail server's own counts: people reply, and so do machines."""
    named = _header(mail, "X-Failed-Recipients")
    senders = [address.partition("@")[0] for _, address in getaddresses([_header(mail, "From")])]
    if not named and not any(_SERVERS.match(each) for each in senders):
        return None
    text = _text_of(mail)
    # What we wrote ourselves stands below, and says nothing of what happened.
    said = _COPY.split(text, maxsplit=1)[0]
    found, code = _STATUS.search(said), _REPLY_CODE.search(said)
    first = found or code
    if not named and first is None:
        return None
    status = found.group(0) if found else f"{code.group(1)}.0.0" if code else ""
    if status.startswith(("2", "4")):
        # "Will be tried again": nothing has failed yet.
        return None
    line = next((each for each in said.splitlines() if first and first.group(0) in each), "")
    return status, _one_line(line or "it came back"), _plain(set(named.split(",")))


def _where_named(mail: Message) -> Iterator[str]:
    """Yield the places where the Message-ID of the mail that came back may stand, the surest first."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822" and part is not mail:
            yield from (_header(each, "Message-ID") for each in _blocks(part))
        elif part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            yield _header(message_from_string(_decoded(part)), "Message-ID")
    for name in ("In-Reply-To", "References", "X-Original-Message-ID", "Original-Message-ID"):
        yield _header(mail, name)
    yield _text_of(mail)


def _signed(text: str) -> tuple[UUID | None, UUID] | None:
    for match in _MESSAGE_ID.finditer(text):
        if (place := read_message_id(match.group(0))) is not None:
            return place
    return None


def _text_of(mail: Message) -> str:
    texts = (_decoded(part) for part in mail.walk() if part.get_content_maintype() == "text")
    return "\n".join(texts)[:_MOST_TEXT]


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _header(mail: Message, name: str) -> str:
    return str(mail.get(name, "")).strip()


def _status_of(text: str) -> str:
    found = _STATUS.search(text)
    return found.group(0) if found else ""


def _one_line(text: str) -> str:
    """Return it as one line that PostgreSQL and a page can hold."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(plain.split())[:_LONGEST_WORDS]


def _plain(addresses: set[str]) -> set[str]:
    return {each.strip().strip("<>").lower() for each in addresses} - {""}

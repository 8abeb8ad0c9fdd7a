"""Row ids: made in Python, sortable by time, not guessable."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return compat.uuid7()

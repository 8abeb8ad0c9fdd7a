"""How many forms an organisation's public pages take in an hour: counts, and nothing of who sent them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from advocacy.kernel import counts

HOUR: Final = 60 * 60
# By what comes in. A mail goes out for each request; a person reads each.
A_HOUR: Final = {"request": 30, "question": 30}


def admit(kind: str, *, organisation_id: UUID, now: datetime) -> bool:
    """Count one more of this kind; False if this hour's are used up."""
    return not counts.admit(f"public:{kind}:{organisation_id}", most=A_HOUR[kind], seconds=HOUR, now=now)

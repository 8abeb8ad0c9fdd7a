"""Says that a client's facts changed."""

from datetime import datetime

from advocacy.kernel.facts import facts_changed
from cases.clients.models import Client


def announce(client: Client, now: datetime) -> None:
    """Say it for every case of the client: what hangs on it follows in this transaction."""
    facts_changed.send(
        sender=Client, organisation_id=client.organisation_id, client_id=client.pk, case_id=None, now=now
    )

"""What an operator does to records: save one, say that some were checked."""

from collections.abc import Iterable
from datetime import datetime

import pghistory
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.audit import services as audit
from advocacy.directory.models import Record
from advocacy.directory.services.editions import STATE_ZONE
from advocacy.kernel import clock


@transaction.atomic
def save_record(*, record: Record, by: User, now: datetime) -> None:
    """Save what an operator typed; the history says who."""
    act = "record added" if record._state.adding else "record changed"
    with pghistory.context(person=str(by.pk), act=act):
        record.save()
    audit.record_platform(act=f"directory {act}", at=now, actor_id=by.pk, subject=subject_of(record))


@transaction.atomic
def verify_records(*, records: Iterable[Record], by: User, now: datetime) -> int:
    """Say that somebody compared the records with their sources today; return how many."""
    today, count = clock.day(now, STATE_ZONE), 0
    with pghistory.context(person=str(by.pk), act="verified"):
        for record in records:
            record.checked_on = today
            record.save(update_fields=["checked_on"])
            audit.record_platform(
                act="directory record verified", at=now, actor_id=by.pk, subject=subject_of(record)
            )
            count += 1
    return count


def subject_of(record: Record) -> str:
    """How the platform's record names a row: its table and key, never a person."""
    return f"{record._meta.db_table} {record.key}"

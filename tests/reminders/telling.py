"""What the tests of telling clients share: a case whose client is told, and short words for acts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.casefile.models import Case, Task
from cases.clients import services as clients
from cases.clients.models import Client
from cases.grievances.services import file_grievance
from reminders import services
from reminders.models import Reminder
from reminders.planning import CLIENT
from tests.factories import day_before, make_client, make_denied_case
from tests.reminders.box import NOW, rows

OURS_DAYS = 180
PARTICULARS = (
    "family_name", "given_name", "email", "phone", "language", "address", "reach", "may_leave_voicemail",
    "is_shared", "safe_words",
)  # fmt: skip


def case_of(by: User, at: Organisation, days: int, *, client: Client | None = None, **of_client: Any) -> Case:
    """A case whose grievance must be filed in so many days, and whose client is told of it."""
    with scope(at.pk, door=Door.STAFF), transaction.atomic():
        person = client or make_client(by=by, now=NOW, **of_client)
        return make_denied_case(by=by, now=NOW, denied_days_ago=OURS_DAYS - days, client=person)


def chooses(case: Case, by: User, **choice: Any) -> None:
    """The client of a case chooses something else."""
    with scope(case.organisation_id, door=Door.STAFF), transaction.atomic():
        client = Client.objects.get(pk=case.client_id)
        said = {name: getattr(client, name) for name in PARTICULARS} | choice
        clients.correct_client(client=client, **said, by=by.pk, now=NOW)


def hand_out(organisation: Organisation, now: datetime) -> int:
    with job_in(organisation.pk):
        return services.hand_out(now=now)


def to_client(organisation: Organisation, **wanted: Any) -> list[Reminder]:
    return rows(organisation, rung=CLIENT, **wanted)


def tasks(organisation: Organisation, **wanted: Any) -> list[Task]:
    with job_in(organisation.pk):
        found = Task.objects.filter(**wanted).select_related("owner", "case")
        return list(found.order_by("created_at", "pk"))


def acting(of: Case, act: Callable[..., Any], **said: Any) -> Any:
    """Run a service as staff of the organisation of a case."""
    with scope(of.organisation_id, door=Door.STAFF), transaction.atomic():
        return act(**said)


def file_it(case: Case, by: User) -> None:
    """Meet the date: the grievance went out yesterday."""
    said = {"filed_on": day_before(NOW, 1), "channel": "fax", "reference": "", "by": by, "now": NOW}
    acting(case, file_grievance, **said, case=case)


def close(case: Case, by: User) -> None:
    with scope(case.organisation_id, door=Door.STAFF):
        Case.objects.filter(pk=case.pk).update(closed_at=NOW, closed_by=by)

"""Cases at Harbor with dates to be reminded of, and a transport that keeps the mails."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.deadlines.calendars import PACIFIC
from cases.deadlines.models import Deadline
from tests.factories import make_denied_case
from tests.reminders.box import NOW, Box, tell_no_client

OURS_DAYS = 180


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def by_day(settings) -> None:
    """Move the real clock to ten in the morning in California: nobody is written to at night."""
    hour = datetime.now(PACIFIC)  # noqa: TID251 (what is moved)
    settings.CLOCK_OFFSET = f"{int((hour.replace(hour=10) - hour).total_seconds())}s"


@pytest.fixture
def due_in(harbor: Organisation, bob: User) -> Callable[..., Case]:
    """Return a maker of cases of Bob whose grievance must be filed in so many days; no client is told."""

    def make(days: int, *, by: User = bob, at: Organisation = harbor, **fields: Any) -> Case:
        with scope(at.pk, door=Door.STAFF), transaction.atomic():
            tell_no_client(by)
            return make_denied_case(by=by, now=NOW, denied_days_ago=OURS_DAYS - days, **fields)

    return make


@pytest.fixture
def deadline_of() -> Callable[[Case], Deadline]:
    """Return a reader of the one standing deadline of a case."""

    def read(case: Case) -> Deadline:
        with scope(case.organisation_id, door=Door.STAFF), transaction.atomic():
            found: Deadline = Deadline.objects.standing().select_related("trigger").get(case=case)
            return found

    return read

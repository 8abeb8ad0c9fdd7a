"""Cases at Harbor with dates to be reminded of, and a transport that keeps the mails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.deadlines.models import Deadline
from reminders.models import ReminderPolicy
from reminders.policy import Family
from tests.factories import make_denied_case
from tests.hours import move_to_morning
from tests.reminders.box import NOW, Box, tell_no_client

OURS_DAYS = 180


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def by_day(settings) -> None:
    """Move the real clock to ten in the morning in California: nobody is written to at night."""
    move_to_morning(settings)


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


@pytest.fixture
def unplannable(bob: User) -> Callable[[Organisation], None]:
    """Return what makes every plan of an organisation fail: a policy that no planner can read."""

    def spoil(organisation: Organisation) -> None:
        with scope(organisation.pk, door=Door.STAFF), transaction.atomic():
            for family in Family:
                said = {
                    "ours_days": ["soon"], "ours_hours": ["soon"], "theirs_every_days": 7, "also": [],
                    "client_days": [], "escalate_days": 3, "changed_at": NOW, "changed_by": bob,
                }  # fmt: skip
                ReminderPolicy.objects.update_or_create(family=family.name.lower(), defaults=said)

    return spoil

"""Make so many reminders that are due now, over a few organisations, and print the organisations' ids.

    python -m tests.chaos.seed 2000 4

One case of each organisation is opened through the services; the others are copies of it, and the planner
itself makes the reminders. DATABASE_URL names the database.
"""

import os
import sys
from datetime import time
from uuid import UUID, uuid4

import django


def main(reminders: int, organisations: int) -> None:
    share, rest = divmod(reminders, organisations)
    for number in range(organisations):
        print(_organisation(share + (number < rest)), flush=True)


def _organisation(count: int) -> UUID:
    from django.db import transaction

    from advocacy.accounts.roles import ADVOCATE
    from advocacy.accounts.services import create_person, join
    from advocacy.kernel import clock
    from advocacy.organisations.scope import Door, scope
    from advocacy.organisations.services import job_in
    from reminders import services
    from reminders.models import ReminderHours
    from tests.factories import PASSWORD, make_denied_case, make_organisation

    now, word = clock.now(), uuid4().hex[:12]
    organisation = make_organisation(name=f"Chaos {word}", slug=f"chaos-{word}", now=now)
    bob = create_person(email=f"{word}@demo.example", name="Bob Ortega", password=PASSWORD, now=now)
    join(user=bob, organisation=organisation, role=ADVOCATE, now=now)
    with scope(organisation.pk, door=Door.STAFF), transaction.atomic():
        case = make_denied_case(by=bob, now=now, denied_days_ago=178)
        # So near its end, each goes in a mail of its own; and at any hour at which this is run.
        ReminderHours.objects.create(
            quiet_until=time(0), send_at=time(0), quiet_from=time(23, 59, 59), changed_at=now, changed_by=bob
        )
        _copy(case, count - 1)
    with job_in(organisation.pk):
        services.plan(now=now)
    return organisation.pk


def _copy(case: "object", times: int) -> None:
    from advocacy.kernel.ids import new_id
    from cases.casefile.models import Case
    from cases.deadlines.models import Deadline

    [pattern] = Deadline.objects.open().filter(case=case)
    cases, deadlines = [], []
    for number in range(times):
        copy = Case.objects.get(pk=pattern.case_id) if number == 0 else _twin(cases[0])
        copy.pk, copy.number = new_id(), f"C-{number}"
        twin = _twin(pattern)
        twin.pk, twin.case_id = new_id(), copy.pk
        cases.append(copy)
        deadlines.append(twin)
    Case.objects.bulk_create(cases)
    Deadline.objects.bulk_create(deadlines)


def _twin(row: "object") -> "object":
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # type: ignore[attr-defined]
    return type(row)(**values)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings.test")
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))

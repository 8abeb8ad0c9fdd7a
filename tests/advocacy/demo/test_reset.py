"""Taking the demo away, over the owner's address: whole, nobody else's row, and every lock closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from advocacy.accounts import services as accounts
from advocacy.accounts.models import User
from advocacy.accounts.roles import ADVOCATE
from advocacy.demo import seed
from advocacy.mail import viewer
from advocacy.organisations.models import Organisation
from advocacy.organisations.services import job_in
from cases.casefile.models import Case
from cases.clients.models import Client
from cases.documents.models import Document
from reminders import tasks
from reminders.models import Reminder
from tests import databases
from tests.advocacy.demo.conftest import folders, in_each, rows
from tests.advocacy.demo.test_seed import NOBODY_LISTENS
from tests.conftest import NOW
from tests.factories import make_document, make_filed_case, make_organisation, make_person
from tests.hours import move_to_morning

pytestmark = pytest.mark.django_db(transaction=True)


def make_neighbour() -> Organisation:
    """An organisation of the real kind with a case, a paper and planned reminders, beside the demo."""
    bay = make_organisation(name="Bay Advocates", slug="bay", now=NOW)
    nora = make_person(name="Nora Bell", now=NOW)
    accounts.join(user=nora, organisation=bay, role=ADVOCATE, now=NOW)
    with job_in(bay.pk):
        case, _ = make_filed_case(by=nora, now=NOW)
        make_document(case=case, by=nora, now=NOW)
    tasks.plan()
    return bay


@pytest.fixture
def neighbour(db: None, own_folders: Path) -> Organisation:
    return make_neighbour()


@dataclass(frozen=True)
class Seeded:
    """The neighbour and, beside it, the demo with its reminders: as a database and as a folder."""

    neighbour: Organisation
    # Every row there was before the demo.
    before: dict[str, list[str]]
    database: str
    folder: Path


@pytest.fixture(scope="module")
def made_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any, admin_url: str, database_name: str
) -> Iterator[Seeded]:
    folder = tmp_path_factory.mktemp("seeded")
    with django_db_blocker.unblock(), override_settings(**folders(folder)):
        neighbour = make_neighbour()
        before = rows(admin_url)
        call_command("seed_demo", verbosity=0)
        tasks.plan()
        connections.close_all()
        databases.copy(database_name, f"{database_name}_seeded")
        databases.empty(admin_url)
    yield Seeded(neighbour, before, f"{database_name}_seeded", folder)


@pytest.fixture
def seeded(made_once: Seeded, db: None, own_folders: Path, database_name: str) -> Seeded:
    """The demo beside the neighbour, for this test alone."""
    connections.close_all()
    databases.copy(made_once.database, database_name)
    copytree(made_once.folder, own_folders, dirs_exist_ok=True)
    return made_once


@pytest.mark.parametrize("day", [105, pytest.param(340, marks=pytest.mark.proof)])
def test_the_demo_can_be_made_on_any_day_of_the_year(own_folders, day):
    seed.seed(NOW + timedelta(days=day))

    assert sum(Case.objects.count() for _ in in_each()) == 25


def test_reset_makes_the_demo_anew_and_leaves_everybody_else_alone(seeded, admin_url, own_folders):
    kept, neighbour = seeded.before, seeded.neighbour
    with job_in(neighbour.pk):
        kept_file = own_folders / "files" / Document.objects.get().stored_as
    old = set(Organisation.objects.filter(is_demo=True).values_list("pk", flat=True))

    call_command("seed_demo", "--reset", verbosity=0)

    new = Organisation.objects.filter(is_demo=True)
    assert new.count() == 2
    assert not old & set(new.values_list("pk", flat=True))
    assert sum(Case.objects.count() for _ in in_each()) == 25
    after = rows(admin_url)
    lost = {table: set(found) - set(after[table]) for table, found in kept.items() if table != "heartbeat"}
    assert {table: found for table, found in lost.items() if found} == {}
    assert not any(str(each) in row for table in seed.DOORS for row in after.get(table, []) for each in old)
    assert kept_file.is_file()
    assert not [each for each in old if (own_folders / "files" / each.hex).exists()]
    with psycopg.connect(admin_url) as database:
        unlocked = database.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY (%s) "
            "AND NOT (relrowsecurity AND relforcerowsecurity)",
            [list(seed.DOORS)],
        ).fetchall()
    assert unlocked == []
    with job_in(new[0].pk):
        assert not Client.objects.filter(organisation=neighbour).exists()


def test_nothing_of_the_old_demo_is_left_anywhere(seeded, admin_url):
    old = set(Organisation.objects.filter(is_demo=True).values_list("pk", flat=True))

    seed.remove()

    found = rows(admin_url).items()
    left = {table for table, rows_of in found for row in rows_of for each in old if str(each) in row}
    assert left == set()


def test_a_reset_that_fails_half_way_takes_nothing_and_opens_no_lock(seeded, admin_url):
    # A person of the demo who works a case elsewhere cannot be removed: the database says so at the end.
    with job_in(seeded.neighbour.pk):
        Case.objects.update(owner=User.objects.get(email="dana@demo.example"))
    before = rows(admin_url)

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        seed.remove()

    assert rows(admin_url) == before
    with psycopg.connect(admin_url) as database:
        [(forced,)] = database.execute(
            "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname = ANY (%s)", [list(seed.DOORS)]
        )
    assert forced


def test_mail_of_others_does_not_stay_here(settings, neighbour):
    settings.MAIL = NOBODY_LISTENS
    move_to_morning(settings)

    tasks.deliver()

    assert viewer.kept() == []
    with job_in(neighbour.pk):
        assert not Reminder.objects.filter(state="sent").exists()
        assert Reminder.objects.filter(attempts__gt=0).exists()

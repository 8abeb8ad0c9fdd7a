"""The supervisor's digest: from the deadlines themselves, once a day, whatever happens to the planner."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership, User
from advocacy.dashboard import queries
from advocacy.kernel import clock
from advocacy.mail.models import OutgoingMail
from advocacy.organisations.models import Heartbeat, Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.deadlines.services import mark_seen
from reminders import digest
from reminders.models import Digest, Reminder
from reminders.tasks import digest as digest_task
from reminders.tasks import plan as plan_task
from tests.architecture.tree import reached_from
from tests.factories import make_denied_case, make_filed_case
from tests.reminders.box import DAY, NOW, Refusing, plan, send

pytestmark = pytest.mark.django_db


def mails(**wanted: Any) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="digest", **wanted).order_by("to"))


def send_due(organisation: Organisation, now: datetime = NOW) -> list[OutgoingMail]:
    """Run one round, and return what it queued."""
    before = {mail.pk for mail in mails()}
    assert digest.send_due(organisation, now=now) == 0
    return [mail for mail in mails() if mail.pk not in before]


def lines(mail: OutgoingMail) -> list[str]:
    return [line for line in mail.text.splitlines() if line.startswith("- ")]


def test_owners_and_supervisors_get_it_and_nobody_else(harbor, sierra, alice, dana, bob, vera, adam, charlie):
    assert [mail.to for mail in send_due(harbor)] == [alice.email, dana.email]


def test_it_tells_what_is_late_near_owed_unsent_and_left_behind(harbor, alice, bob, vera, due_in):
    late, near = due_in(-2), due_in(6)
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        waits, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=16)
    left = due_in(60, owner=vera)
    plan(harbor, NOW)
    for _ in range(3):
        send(harbor, Refusing("550 no such person", permanent=True), NOW)
    Membership.objects.filter(user=vera).update(left_at=NOW)

    [mail] = send_due(harbor)

    told = lines(mail)
    assert f"- {late.number}: 2 days past our date, was Sun, Sep 13. Bob Ortega" in told
    assert f"- {near.number}: 6 days left, Mon, Sep 21. Bob Ortega" in told
    assert any(line.startswith(f"- {waits.number}: Plan ") and "late, was" in line for line in told)
    assert f"- {near.number}: 6 days left, Mon, Sep 21. Bob Ortega. Not told: Bob Ortega" in told
    assert f"- {left.number}: 60 days left, Sat, Nov 14. Vera Lindgren. Has left" in told
    assert mail.subject.startswith("Daily digest: 1 past our date, 1 not seen, ")
    assert f"{django_settings.BASE_URL}/o/harbor/?whose=all" in mail.text
    for line in told:
        number, _, words = line.removeprefix("- ").partition(": ")
        assert number in mail.html
        assert words.partition(". ")[0] in mail.html


def test_it_says_so_when_there_is_nothing(harbor, alice):
    [mail] = send_due(harbor)

    assert "Nothing is due in the next 7 days. This mail comes every working day, so that" in mail.text
    assert "Nothing is due in the next 7 days. This mail comes every working day, so that" in mail.html
    assert lines(mail) == []


def test_what_somebody_has_seen_is_counted_and_not_listed(harbor, alice, bob, due_in, deadline_of):
    deadline = deadline_of(due_in(6))
    with scope(harbor.pk, door=Door.STAFF):
        mark_seen(deadline=deadline, by=bob, now=NOW)

    [mail] = send_due(harbor)

    assert lines(mail) == []
    assert "The one date of ours in the next 7 days has been seen." in mail.text


def test_nothing_of_the_client_the_plan_or_the_illness_is_in_it(harbor, alice, due_in):
    due_in(2, plan_name="Canaryplan", service="canaryservice")

    [mail] = send_due(harbor)

    for word in ("Canaryplan", "canaryservice", "Reyes", "Mateo", "dmhc", "DMHC"):
        assert word not in mail.subject + mail.text + mail.html


def test_twice_is_once_and_the_next_day_is_another(harbor, alice, due_in):
    due_in(6)

    assert [len(send_due(harbor, NOW + n * timedelta(minutes=5))) for n in range(3)] == [1, 0, 0]
    assert len(send_due(harbor, NOW + DAY)) == 1
    with job_in(harbor.pk):
        assert [row.day.isoformat() for row in Digest.objects.order_by("day")] == ["2026-09-15", "2026-09-16"]


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_the_same_moment_queue_one(harbor, alice):
    def one_round(_: int) -> None:
        digest.send_due(harbor, now=NOW)
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one_round, range(8)))

    assert len(mails()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_cannot_be_queued_leaves_no_row_that_says_it_was(harbor, alice, settings):
    settings.BASE_URL = None

    assert digest.send_due(harbor, now=NOW) == 1

    with job_in(harbor.pk):
        assert not Digest.objects.exists()
    settings.BASE_URL = "http://localhost"
    assert len(send_due(harbor, NOW + timedelta(minutes=5))) == 1


@pytest.mark.parametrize(
    ("zone", "half_past_seven"),
    [
        ("America/Los_Angeles", datetime(2026, 9, 15, 14, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 9, 15, 11, 30, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 9, 15, 17, 30, tzinfo=UTC)),
        # Sunday and Monday of both changes of the clock: a right is about to end, so Sunday counts.
        ("America/Los_Angeles", datetime(2026, 11, 1, 15, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 2, 12, 30, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2027, 3, 14, 14, 30, tzinfo=UTC)),
        ("America/Phoenix", datetime(2027, 3, 15, 14, 30, tzinfo=UTC)),
    ],
)
def test_it_leaves_at_half_past_seven_where_the_person_is(harbor, alice, due_in, zone, half_past_seven):
    due_in(6)
    User.objects.filter(pk=alice.pk).update(zone=zone)

    assert send_due(harbor, half_past_seven - timedelta(seconds=1)) == []
    assert len(send_due(harbor, half_past_seven)) == 1


def test_at_the_weekend_it_comes_only_while_a_right_is_about_to_end(harbor, alice, due_in):
    saturday = NOW + 4 * DAY
    due_in(8)
    quiet = send_due(harbor, saturday)
    due_in(7)

    assert quiet == []
    assert len(send_due(harbor, saturday)) == 1


def test_a_day_that_began_without_workers_gets_its_digest_late(harbor, alice):
    assert len(send_due(harbor, NOW + timedelta(hours=13, minutes=59))) == 1


def test_where_nobody_leads_those_who_see_every_case_get_it(harbor, bob, vera):
    assert [mail.to for mail in send_due(harbor)] == [bob.email]


def test_one_who_left_and_an_organisation_that_is_suspended_get_none(harbor, sierra, alice, dana, charlie):
    Membership.objects.filter(user=dana).update(left_at=NOW)
    Organisation.objects.filter(pk=sierra.pk).update(suspended_at=NOW)
    # A digest of a working day, whenever the test runs.
    digest_task()

    with job_in(sierra.pk):
        assert not Digest.objects.exists()
    assert dana.email not in {mail.to for mail in mails()}


def test_what_a_demo_organisation_writes_stays_here(harbor, alice):
    Organisation.objects.filter(pk=harbor.pk).update(is_demo=True)
    harbor.refresh_from_db()

    assert [mail.keep_here for mail in send_due(harbor)] == [True]


def test_a_planner_that_raises_does_not_stop_it(harbor, alice, bob, due_in, unplannable):
    case = due_in(6)
    unplannable(harbor)
    plan_task()

    [mail] = send_due(harbor)

    with job_in(harbor.pk):
        assert not Reminder.objects.exists()
    assert lines(mail) == [f"- {case.number}: 6 days left, Mon, Sep 21. Bob Ortega"]


def test_one_whose_digest_cannot_be_written_stops_no_other_and_is_counted(harbor, alice, dana):
    User.objects.filter(pk=alice.pk).update(zone="Nowhere/At_All")

    assert digest.send_due(harbor, now=NOW) == 1

    assert [mail.to for mail in mails()] == [dana.email]
    digest_task()
    assert Heartbeat.objects.get(part="digest round").waiting == 1


def test_the_digest_stands_on_nothing_of_the_reminders():
    reached = reached_from("reminders.digest")

    assert len(reached) > 20
    assert {module for module in reached if module.startswith("reminders.")} == {
        "reminders.digest",
        "reminders.agenda",
        "reminders.sweep",
    }


def test_every_date_reads_as_on_today(harbor, alice, bob, due_in):
    """The digest and the page count from their own statements: the words must be the same."""
    now = clock.now()
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        for days in (-3, -1, 0, 1, 3, 5, 7):
            make_denied_case(by=bob, now=now, denied_days_ago=180 - days)
        for ago in (4, 16, 33):
            make_filed_case(by=bob, now=now, filed_days_ago=ago)
        make_denied_case(by=bob, now=now, denied_days_ago=4, urgency="expedited")
    actor = Actor(Membership.objects.get(user=alice))

    with scope(harbor.pk, door=Door.STAFF, person_id=alice.pk), transaction.atomic():
        page = queries.today(actor, whose="all")
        found = digest.read(harbor, now=now)

    rows = {
        (row.deadline.case.number, f"{row.badge.line1}, {row.badge.line2}")
        for group in page.groups
        for row in group.rows
    }
    told = {(line.number, line.when) for section in found.sections for line in section.lines}
    assert len(told) > 9
    assert told - rows == set()
    assert {row.deadline.case.number for row in page.fatal} <= {number for number, _ in told}

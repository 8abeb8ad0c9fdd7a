"""The same deadline shows the same date on the case page, on Today, in mail, calendar and API.

The deadlines are worked out by the rules as they are shipped, so that clocks in days and hours, in all
directions, of one reading and of several, lie around both changes of the clocks.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case, Event
from cases.deadlines.derivation import part_of
from cases.deadlines.engine import PACIFIC, end_of_day, explain
from cases.deadlines.models import Deadline, pacific_day
from cases.deadlines.rules import DeadlineError, Rule, load_rulebook
from cases.deadlines.services.recompute import fields_of, lengthened
from tests.advocacy.api.asking import program_of
from tests.cases.pages import stop_clock
from tests.factories import make_denied_case
from tests.reminders.calendars import feed_of
from tests.reminders.surfaces import SURFACES, Looking, When

pytestmark = pytest.mark.django_db

LOS_ANGELES, NEW_YORK = "America/Los_Angeles", "America/New_York"
HONOLULU, PHOENIX = "Pacific/Honolulu", "America/Phoenix"
# In California: the hour that comes twice, the first time and the second, and the night that lacks one.
AUTUMN = (datetime(2026, 11, 1, 8, 30, tzinfo=UTC), datetime(2026, 11, 1, 9, 30, tzinfo=UTC))
SPRING = (datetime(2027, 3, 14, 9, 30, tzinfo=UTC), datetime(2027, 3, 14, 10, 30, tzinfo=UTC))
CHANGES = (date(2026, 11, 1), date(2027, 3, 14))
A_FEW = [(LOS_ANGELES, AUTUMN[1]), (NEW_YORK, SPRING[1]), (HONOLULU, AUTUMN[0]), (PHOENIX, SPRING[0])]
ALL = [*A_FEW, (LOS_ANGELES, SPRING[0]), (NEW_YORK, AUTUMN[0]), (HONOLULU, SPRING[1]), (PHOENIX, AUTUMN[1])]
OPENED = datetime(2026, 9, 1, 17, tzinfo=UTC)


def rules() -> list[Rule]:
    """Return the rules by which a case has clocks."""
    newest = {rule.slug: rule for rule in load_rulebook().all() if rule.kind == "rule"}
    return [rule for rule in newest.values() if part_of(rule.slug) and rule.unit != "none"]


def start_for(rule: Rule, due: date, dice: random.Random) -> datetime:
    """Return a start from which the rule comes near a day: counted once, and moved by what it misses."""
    at = datetime.combine(due, time(dice.randrange(24), dice.randrange(60)), PACIFIC)
    act_on = explain(rule, triggered_at=at).act_on
    assert act_on is not None
    return at - (act_on - at)


def made(case: Case, trigger: Event, rule: Rule, dice: random.Random) -> Deadline | None:
    """Return one deadline that lies within days of a change of the clocks; None before the rule's time."""
    due = dice.choice(CHANGES) + timedelta(days=dice.randint(-12, 12))
    try:
        start = start_for(rule, due, dice)
        counted = explain(rule, triggered_at=start, hour_known=dice.random() < 0.5)
        said: dict[str, Any] = {}
        if rule.extended_by and dice.random() < 0.5:
            said = {"extended_on": pacific_day(start), "extended_to": due + timedelta(days=9)}
            said |= {"extended_at": OPENED, "extended_by": trigger.recorded_by, "extended_reason": "notice"}
            counted = lengthened(counted, notice_on=said["extended_on"], until=said["extended_to"])
    except DeadlineError:
        return None
    row = Deadline(
        client_id=case.client_id, case=case, rule=rule.slug, rule_version=rule.version, title=rule.title,
        direction=rule.direction, owed_by=rule.owed_by, trigger=trigger, triggered_on=pacific_day(start),
        computed_at=OPENED, **fields_of(counted), **said,
    )  # fmt: skip
    if dice.random() < 0.15:
        end(row, trigger.recorded_by, dice)
    elif row.direction != "opens" and not row.by_hour and dice.random() < 0.2:
        row.own_at = row.act_at = end_of_day(row.act_on - timedelta(days=dice.randint(1, 5)))
        row.own_by, row.own_set_at, row.own_reason = trigger.recorded_by, OPENED, "an earlier one"
    return row


def end(row: Deadline, by: User, dice: random.Random) -> None:
    """Let the deadline be done, or not apply, or be replaced by nothing."""
    row.state, row.changed_at = dice.choice(["met", "waived", "superseded"]), AUTUMN[0] - timedelta(days=9)
    if row.state == "met":
        row.met_on, row.met_words, row.met_by_person = row.act_on - timedelta(days=3), "receipt", by
    elif row.state == "waived":
        row.waived_at, row.waived_by, row.waived_reason = OPENED, by, "moved away"
    else:
        row.superseded_at = OPENED


def make_deadlines(count: int, *, by: User, dice: random.Random) -> list[Deadline]:
    """Make so many deadlines, each clock of a case once."""
    rows: list[Deadline] = []
    while len(rows) < count:
        case = make_denied_case(by=by, now=OPENED)
        Deadline.objects.filter(case=case).update(state="superseded", superseded_at=OPENED, version=0)
        trigger = Event.objects.select_related("recorded_by").get(case=case)
        there = [row for rule in rules() if (row := made(case, trigger, rule, dice))]
        rows += Deadline.objects.bulk_create(there[: count - len(rows)])
    return list(Deadline.objects.exclude(version=0).select_related("case", "organisation").order_by("pk"))


def places(looking: Looking) -> Iterator[tuple[Deadline, dict[str, When]]]:
    """Yield each deadline with the places that show it, and when they say it is."""
    found = {name: look(looking) for name, look in SURFACES.items()}
    for row in looking.rows:
        yield row, {name: shown[row.pk] for name, shown in found.items() if row.pk in shown}


def wanted(row: Deadline, now: datetime) -> When:
    """What all of them should say, written down once more on its own."""
    if row.state == "met":
        return row.met_on
    last = row.late_after_at or row.last_lawful_at
    at = last if row.state == "open" and row.direction == "theirs" and now > row.act_at else row.act_at
    if row.state == "open" and row.direction == "opens":
        return row.opens_on
    return at if row.by_hour and row.state == "open" else pacific_day(at)


def compare(looking: Looking) -> tuple[Counter[str], list[str]]:
    """Return how many deadlines each place shows, and what differs. What is mailed names a day alone."""
    counted: Counter[str] = Counter()
    wrong = []
    for row, shown in places(looking):
        expected = wanted(row, looking.now)
        day = pacific_day(expected) if isinstance(expected, datetime) else expected
        counted.update(shown.keys())
        for name, said in shown.items():
            if said not in ({expected, day} if name in {"mail", "digest"} else {expected}):
                wrong.append(f"{name}: {row.rule} {row.state} {said}, not {expected}")
    return counted, wrong


@pytest.fixture
def look(harbor: Organisation, bob: User, signed_in: Any, settings: Any) -> Callable[..., Looking]:
    """Return how Bob looks everywhere, in a zone at a moment."""

    program, (_, calendar) = program_of(bob), feed_of(bob)

    def at(rows: list[Deadline], zone: str, now: datetime) -> Looking:
        stop_clock(settings, now)
        harbor.zone = bob.zone = zone
        harbor.save()
        bob.save()
        return Looking(harbor, bob, rows, now, signed_in(bob), program, calendar)

    return at


def check(count: int, moments: list[tuple[str, datetime]], *, by: User, look: Callable[..., Looking]) -> None:
    dice = random.Random(count)
    with scope(by.memberships.get().organisation_id, door=Door.STAFF), transaction.atomic():
        rows = make_deadlines(count, by=by, dice=dice)
    assert len(rows) == count
    kinds = Counter((row.direction, row.by_hour, row.ambiguous) for row in rows)
    assert {kind[0] for kind in kinds} == {"ours", "theirs", "opens"}
    assert {(kind[1], kind[2]) for kind in kinds} >= {(False, False), (False, True), (True, False)}
    assert {row.state for row in rows} == {"open", "met", "waived", "superseded"}
    assert any(row.own_at for row in rows)
    assert any(row.extended_on for row in rows)
    still_open = sum(row.state == "open" for row in rows)

    for zone, now in moments:
        counted, wrong = compare(look(rows, zone, now))
        assert wrong == [], (zone, now)
        assert counted["case page"] == counted["API"] == count
        # What ended in autumn has left the calendar by spring.
        assert counted["calendar"] == (count if now in AUTUMN else still_open)
        assert counted["mail"] == still_open
        assert counted["digest"] > 0
        # The near ones: of the rest Today gives the number.
        assert counted["Today"] > count / 5


def test_a_hundred_and_twenty_deadlines_show_one_date_each_wherever_they_are_shown(bob, look):
    check(120, A_FEW, by=bob, look=look)


@pytest.mark.proof
def test_a_thousand_deadlines_show_one_date_each_in_four_zones_over_both_changes(bob, look):
    check(1_000, ALL, by=bob, look=look)

"""What stands in a calendar: neutral words, one entry a clock, and a number that rises with every change."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile import services as casefile
from cases.casefile.models import Case, Event
from cases.clients import services as clients
from cases.deadlines import services as deadlines
from cases.deadlines.models import Deadline
from cases.deadlines.wording import last_day
from cases.grievances import services as grievances
from reminders.feeds.events import Entry, as_bytes
from tests.cases.pages import stop_clock
from tests.factories import day_before, make_client, make_filed_case, make_person
from tests.reminders.box import DAY, NOW
from tests.reminders.calendars import (
    access_to,
    ask,
    by_uid,
    client_feed_of,
    day_of,
    events_in,
    feed_of,
)
from tests.reminders.test_message import CANARIES

pytestmark = pytest.mark.django_db
# Nothing of whom, which illness, which plan, which authority.
TELLING = re.compile(r"dmhc|cdi\b|managed health|insurance|grievance|imr|review|refus|plan\b|medical", re.I)
Act = Callable[[Deadline, datetime], object]


@pytest.fixture(autouse=True)
def at_now(settings: Any) -> None:
    stop_clock(settings, NOW)


@pytest.fixture
def says(harbor: Organisation, settings: Any) -> Callable[..., None]:
    """Return how something is said of the one standing date of a case, at a moment."""

    def say(case: Case, act: Act, at: datetime) -> None:
        stop_clock(settings, at)
        with scope(harbor.pk, door=Door.STAFF, person_id=case.owner_id), transaction.atomic():
            row = Deadline.objects.select_related("case", "trigger").filter(case=case).latest("version")
            act(row, at)

    return say


def test_an_entry_is_a_whole_day_with_all_that_a_calendar_needs(case_and_path, settings):
    case, path = case_and_path
    [event] = events_in(ask(path))

    assert day_of(event) == day_before(NOW, -6)
    assert type(day_of(event)) is date
    assert str(event["SUMMARY"]) == f"Due: case {case.number}"
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTAMP") == event.decoded("LAST-MODIFIED") == NOW
    assert re.fullmatch(rf"[0-9a-f-]{{36}}@{settings.MAIL_DOMAIN}", str(event["UID"]))
    assert str(event["URL"]).startswith(f"{settings.BASE_URL}/o/harbor/cases/{case.pk}/")
    text = ask(path).content.decode()
    for line in (
        "VERSION:2.0", "X-WR-CALNAME:Dates", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
        "TRANSP:TRANSPARENT", "CLASS:PRIVATE",
    ):  # fmt: skip
        assert f"\r\n{line}\r\n" in text
    assert "VALARM" not in text
    assert "METHOD" not in text


@pytest.fixture
def case_and_path(due_in: Any, bob: User) -> tuple[Case, str]:
    return due_in(6), feed_of(bob)[1]


def test_lines_are_folded_and_what_has_a_meaning_is_escaped():
    awkward = "ünïcødé; comma, semicolon; back\\slash\nand a line 期日 " * 5
    made = as_bytes("Dates, and; more", [Entry("u@x", 3, NOW, date(2026, 11, 1), awkward, words=awkward)])

    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert rb"Dates\, and\; more" in made
    [event] = events_in(type("Answer", (), {"status_code": 200, "content": made}))
    assert str(event["SUMMARY"]) == str(event["DESCRIPTION"]) == awkward


def correct(row: Deadline, on: date, at: datetime) -> None:
    denied = Event.objects.standing().get(case_id=row.case_id, kind="denied")
    casefile.correct_event(event=denied, occurred_on=on, reason="the stamp", by=row.case.owner, now=at)


def close(row: Deadline, at: datetime) -> None:
    decided = {row.pk: deadlines.NoLongerApplies("r")}
    deadlines.close_case(case=row.case, outcome="o", decisions=decided, by=row.case.owner, now=at)


def regulate(row: Deadline, regulator: str, at: datetime) -> None:
    coverage = row.case.coverage
    clients.correct_coverage(
        coverage=coverage, plan_name="P", member_id="", delegate="", regulator=regulator,
        evidence_kind="card", evidence="", certainty="sure", by=row.case.owner_id, now=at,
    )  # fmt: skip


# Each act, and what the calendar makes of the date: its first word, and whether it is crossed out.
ACTS: dict[str, tuple[list[Act], str, str]] = {
    "own date": ([lambda row, at: deadlines.set_own_date(
        deadline=row, on=day_before(NOW, -3), reason="r", by=row.case.owner, now=at)], "Due", "CONFIRMED"),
    "own date taken back": ([
        lambda row, at: deadlines.set_own_date(
            deadline=row, on=day_before(NOW, -3), reason="r", by=row.case.owner, now=at),
        lambda row, at: deadlines.drop_own_date(deadline=row, reason="r", by=row.case.owner, now=at),
    ], "Due", "CONFIRMED"),
    "waived and reopened": ([
        lambda row, at: deadlines.waive(deadline=row, reason="r", by=row.case.owner, now=at),
        lambda row, at: deadlines.reopen(deadline=row, reason="r", by=row.case.owner, now=at),
    ], "Due", "CONFIRMED"),
    "waived": ([lambda row, at: deadlines.waive(
        deadline=row, reason="r", by=row.case.owner, now=at)], "Canceled", "CANCELLED"),
    "done, and not done": ([
        lambda row, at: deadlines.meet(
            deadline=row, on=day_before(NOW, 0), words="w", by=row.case.owner, now=at),
        lambda row, at: deadlines.not_done(deadline=row, reason="r", by=row.case.owner, now=at),
    ], "Due", "CONFIRMED"),
    "done": ([lambda row, at: deadlines.meet(
        deadline=row, on=day_before(NOW, 0), words="w", by=row.case.owner, now=at)], "Done", "CONFIRMED"),
    "the letter had another day": ([lambda row, at: correct(row, day_before(NOW, 170), at)],
                                   "Due", "CONFIRMED"),
    "and then the first one again": ([
        lambda row, at: correct(row, day_before(NOW, 170), at),
        lambda row, at: correct(row, day_before(NOW, 174), at),
    ], "Due", "CONFIRMED"),
    "closed and opened again": ([
        close,
        lambda row, at: deadlines.reopen_case(case=row.case, reason="r", by=row.case.owner, now=at),
    ], "Due", "CONFIRMED"),
    "closed": ([close], "Canceled", "CANCELLED"),
    "another department, another clock": ([lambda row, at: regulate(row, "cdi", at)],
                                          "Canceled", "CANCELLED"),
}  # fmt: skip


@pytest.mark.parametrize("what", ACTS)
def test_an_entry_keeps_its_name_and_its_number_rises_with_each_change(case_and_path, says, what):
    case, path = case_and_path
    acts, word, status = ACTS[what]
    [before] = events_in(ask(path))
    uid, first = str(before["UID"]), before

    for hours, act in enumerate(acts, start=1):
        says(case, act, NOW + timedelta(hours=hours))
        now_there = by_uid(ask(path))[uid]
        assert now_there["SEQUENCE"] > before["SEQUENCE"]
        assert now_there.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")
        before = now_there

    assert str(before["SUMMARY"]) == f"{word}: case {case.number}"
    assert before["STATUS"] == status
    if what in ("own date taken back", "waived and reopened", "closed and opened again"):
        assert day_of(before) == day_of(first)


def test_a_calendar_that_changes_nothing_shown_keeps_its_number(case_and_path, says):
    case, path = case_and_path
    first = ask(path).content

    says(case, lambda row, at: deadlines.mark_seen(deadline=row, by=row.case.owner, now=at), NOW + DAY)

    assert ask(path).content == first


def test_what_ended_stays_long_enough_and_then_goes(case_and_path, says, settings):
    case, path = case_and_path
    says(case, ACTS["waived"][0][0], NOW)
    stop_clock(settings, NOW + timedelta(days=89))
    assert [each["STATUS"] for each in events_in(ask(path))] == ["CANCELLED"]

    stop_clock(settings, NOW + timedelta(days=91))

    assert events_in(ask(path)) == []


def test_their_date_moves_from_the_day_to_ask_to_the_last_one_with_a_higher_number(harbor, bob, settings):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        make_filed_case(by=bob, now=NOW, filed_days_ago=1)
        [row] = [each for each in Deadline.objects.open() if each.rule == "dmhc-grievance-ack-5d"]
    assert row.act_on < last_day(row), "the fifth day is a Saturday"
    _, path = feed_of(bob)

    def entry(at: datetime) -> Any:
        stop_clock(settings, at)
        found = [each for each in events_in(ask(path)) if str(each["URL"]).find(str(row.pk)) > 0]
        return found[0]

    asked, late = entry(row.act_at - timedelta(seconds=5)), entry(row.act_at + timedelta(seconds=5))

    assert (day_of(asked), day_of(late)) == (row.act_on, last_day(row))
    assert late["SEQUENCE"] > asked["SEQUENCE"]
    assert late.decoded("LAST-MODIFIED") == row.act_at.replace(microsecond=0)
    assert str(asked["UID"]) == str(late["UID"])


@pytest.mark.parametrize(
    ("at", "utc"),
    [
        # The night in which the clocks go back in California, before and after, and the one in spring.
        (datetime(2026, 10, 30, 8, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (datetime(2026, 10, 30, 9, 30, tzinfo=UTC), datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        (datetime(2027, 3, 12, 10, 30, tzinfo=UTC), datetime(2027, 3, 14, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_clock_in_hours_is_an_instant_in_utc_over_both_changes_of_the_clocks(
    harbor, bob, settings, at, utc
):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        case, _ = make_filed_case(by=bob, now=NOW)
        Deadline.objects.filter(case=case).update(
            by_hour=True, nominal_at=utc, act_at=utc, last_lawful_at=utc, late_after_at=None
        )
    stop_clock(settings, at)

    starts = {day_of(each) for each in events_in(ask(feed_of(bob)[1])) if "Waiting" in str(each["SUMMARY"])}

    assert starts == {utc}


def test_no_entry_tells_anything_of_a_person_an_illness_a_plan_or_an_authority(harbor, bob, due_in):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        of_client = {name: CANARIES[name] for name in ("family_name", "given_name", "phone", "email")}
        person = make_client(by=bob, now=NOW, **of_client)
        access = access_to(person, make_person(name="Canaryreader X", now=NOW), by=bob)
    of_case = {name: text for name, text in CANARIES.items() if name not in of_client}
    case = due_in(6, client=person, **of_case)
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        grievances.file_grievance(
            case=case,
            filed_on=day_before(NOW, 1),
            channel="fax",
            reference="canaryreference",
            by=bob,
            now=NOW,
        )

    paths = [feed_of(bob)[1], feed_of(bob, "sight")[1], client_feed_of(harbor, access)[1]]

    for path in paths:
        text = re.sub(r"\r\n ", "", ask(path).content.decode())
        assert len(events_in(ask(path))) >= 2
        assert "canary" not in text.lower()
        assert TELLING.findall(text) == []
    assert case.number in ask(paths[0]).content.decode()


def test_a_clients_calendar_names_no_case_and_speaks_their_language(harbor, bob, settings):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        case, _ = make_filed_case(by=bob, now=NOW)
        people = [make_person(name=f"Reader{code} X", now=NOW) for code in ("en", "es")]
        for person, person.language in zip(people, ("en", "es"), strict=True):
            person.save()
        readers = [access_to(case.client, person, by=bob) for person in people]
    english, spanish = (ask(client_feed_of(harbor, each)[1]) for each in readers)

    titles = {str(each["SUMMARY"]) for each in events_in(english)}
    assert titles == {"A date in your case", "Done: a date in your case"}
    assert {str(each["SUMMARY"]) for each in events_in(spanish)} == {
        "Una fecha en su caso", "Hecho: una fecha en su caso",
    }  # fmt: skip
    text = english.content.decode()
    assert case.number not in text
    assert "http" not in text
    assert "harbor" not in text.lower()
    assert "X-WR-CALNAME:Fechas" in spanish.content.decode()
    assert {str(each["UID"]) for each in events_in(english)} == set(by_uid(spanish))


def test_a_clients_entry_keeps_its_name_when_another_department_has_the_clock(harbor, bob, settings, says):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        case, _ = make_filed_case(by=bob, now=NOW)
        access = access_to(case.client, make_person(name="Maria Reyes", now=NOW), by=bob)
    _, path = client_feed_of(harbor, access)
    before = by_uid(ask(path))

    says(case, lambda row, at: regulate(row, "cdi", at), NOW + DAY)

    after = by_uid(ask(path))
    assert set(after) == set(before)
    assert all(after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"] for uid in before)

"""Two people look at a date: a second one reads its start from the paper, without seeing ours."""

from datetime import date, datetime, timedelta

import pytest

from advocacy.accounts.models import Membership
from advocacy.audit.models import AuditEvent
from advocacy.organisations.scope import Door, scope
from cases.casefile import services as casefile
from cases.casefile.models import Case, Note
from cases.casefile.queries import standing_events
from cases.deadlines import services
from cases.deadlines.models import Deadline
from tests.cases.pages import boxes, errors_by_fields, part_of, unchanged, words_of
from tests.conftest import NOW
from tests.factories import day_before, make_case, make_denied_case, make_filed_case

pytestmark = pytest.mark.django_db

START = day_before(NOW, 10)
REVIEW = "dmhc-imr-apply-6mo"
# NOW is 10 in the morning in California.
MIDNIGHT = NOW + timedelta(hours=14)


def the_date(case: Case, rule: str = "dmhc-grievance-file-180d") -> Deadline:
    return Deadline.objects.standing().get(case=case, rule=rule)


def check(deadline: Deadline, by: object, day: date = START, now: datetime = NOW) -> bool:
    return services.verify(deadline=deadline, day=day, by=by, now=now)


def test_a_second_person_who_reads_the_same_day_checks_the_date(in_harbor, bob, dana):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    assert check(deadline, dana)

    deadline.refresh_from_db()
    assert (deadline.verified_at, deadline.verified_by, deadline.verified_day) == (NOW, dana, START)
    assert not deadline.self_checked
    assert AuditEvent.objects.filter(act="deadline verified", actor_id=dana.pk).exists()


def test_another_day_marks_nothing_and_leaves_both_in_a_note(in_harbor, bob, dana):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    assert not check(deadline, dana, START + timedelta(days=1))

    deadline.refresh_from_db()
    assert (deadline.verified_at, deadline.verified_by, deadline.verified_day) == (None, None, None)
    note = Note.objects.get()
    assert note.written_by == dana
    assert "Sun, Sep 6, 2026" in note.text
    assert "Sat, Sep 5, 2026" in note.text


def test_who_wrote_the_day_down_is_no_second_person(in_harbor, bob, dana):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    for now in (NOW, NOW + timedelta(days=5)):
        with pytest.raises(services.SamePerson):
            check(deadline, bob, now=now)


def test_who_corrected_the_day_is_no_second_person_and_who_wrote_the_first_is(in_harbor, bob, dana):
    case = make_denied_case(by=bob, now=NOW)
    [denied] = standing_events(case)
    on = day_before(NOW, 12)
    casefile.correct_event(event=denied, occurred_on=on, reason="stamp", by=dana, now=NOW)

    with pytest.raises(services.SamePerson):
        check(the_date(case), dana, on)
    assert check(the_date(case), bob, on)


@pytest.mark.parametrize("now", [NOW, MIDNIGHT - timedelta(seconds=1)])
def test_who_works_alone_does_not_check_on_the_same_day(in_harbor, bob, now):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    with pytest.raises(services.NotBeforeTomorrow):
        check(deadline, bob, now=now)


def test_who_works_alone_checks_on_the_next_day_and_the_date_says_so(in_harbor, bob):
    deadline = the_date(make_denied_case(by=bob, now=NOW))

    assert check(deadline, bob, now=MIDNIGHT)

    deadline.refresh_from_db()
    assert (deadline.verified_by, deadline.self_checked) == (bob, True)


def test_who_reads_only_or_has_left_is_nobody_to_check(in_harbor, bob, adam, dana):
    deadline = the_date(make_denied_case(by=bob, now=NOW))
    Membership.objects.filter(user=dana).update(left_at=NOW)

    assert check(deadline, bob, now=MIDNIGHT)


def test_a_checked_date_keeps_the_first_name(in_harbor, bob, dana, alice):
    deadline = the_date(make_denied_case(by=bob, now=NOW))
    check(deadline, dana)

    with pytest.raises(services.AlreadyChecked):
        check(deadline, alice)
    deadline.refresh_from_db()
    assert deadline.verified_by == dana


def test_a_date_that_is_no_longer_open_is_not_checked(in_harbor, bob, dana):
    deadline = the_date(make_denied_case(by=bob, now=NOW))
    services.waive(deadline=deadline, reason="The client moved away", by=dana, now=NOW)

    with pytest.raises(services.NotOpen):
        check(deadline, dana)


def test_a_new_version_is_unchecked_again(in_harbor, bob, dana):
    case = make_denied_case(by=bob, now=NOW)
    check(the_date(case), dana)

    [denied] = standing_events(case)
    casefile.correct_event(event=denied, occurred_on=day_before(NOW, 12), reason="stamp", by=bob, now=NOW)

    assert the_date(case).version == 2
    assert the_date(case).verified_at is None


def test_recomputing_leaves_the_check(in_harbor, bob, dana):
    case = make_denied_case(by=bob, now=NOW)
    check(the_date(case), dana)

    assert unchanged(lambda: services.recompute(case=case, now=NOW + timedelta(days=1)))


def test_of_a_silent_plan_the_paper_shows_the_day_of_filing(in_harbor, bob, dana):
    case, _ = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    window, filed_on = the_date(case, REVIEW), day_before(NOW, 5)

    assert window.triggered_on == filed_on + timedelta(days=30)
    assert not check(window, dana, window.triggered_on)
    assert check(window, dana, filed_on)


def test_at_an_insurer_the_letter_shows_the_day_it_came(in_harbor, bob, dana):
    case = make_case(by=bob, now=NOW, regulator="cdi")
    dated, came = day_before(NOW, 10), day_before(NOW, 6)
    casefile.record_denial(
        case=case, reason="necessity", reason_as_stated="", amount=None, dated_on=dated, received_on=came,
        how_received="mail", by=bob, now=NOW,
    )  # fmt: skip
    deadline = the_date(case, "cdi-internal-appeal-180d")

    assert not check(deadline, dana, dated)
    assert check(deadline, dana, came)


@pytest.fixture
def pages(harbor, bob, dana, signed_in, at_now):
    """The addresses of a date that Bob's letter began, and Dana's browser."""
    with scope(harbor.pk, door=Door.STAFF):
        deadline = the_date(make_denied_case(by=bob, now=NOW))
    return deadline, signed_in(dana), f"/o/harbor/cases/{deadline.case_id}/dates/{deadline.pk}/"


def test_the_page_that_asks_shows_neither_the_start_nor_the_date(pages):
    deadline, browser, address = pages

    page = words_of(browser.get(f"{address}check/").content.decode())

    assert "which day does the paper say?" in page
    for day in {deadline.triggered_on, deadline.act_on, deadline.last_lawful_on, deadline.nominal_on}:
        for written in (f"{day:%b} {day.day}", f"{day:%B} {day.day}", day.isoformat()):
            assert written not in page


def test_the_date_page_names_who_set_and_who_checked_it(pages):
    _, browser, address = pages
    before = words_of(part_of(browser.get(address).content.decode(), "two"))

    answer = browser.post(f"{address}check/", boxes("day", START))

    assert answer.status_code == 302
    after = words_of(part_of(browser.get(address).content.decode(), "two"))
    assert "Set by Bob Ortega" in before
    assert "Nobody yet" in before
    assert "Check this date" in before
    assert "Checked by Dana Whitfield" in after
    assert "Same date" in after
    assert "Check this date" not in after


def test_a_date_checked_by_one_person_twice_is_shown_as_such(harbor, bob, signed_in, clock_at):
    with scope(harbor.pk, door=Door.STAFF):
        deadline = the_date(make_denied_case(by=bob, now=NOW))
    address = f"/o/harbor/cases/{deadline.case_id}/dates/{deadline.pk}/"
    clock_at(NOW)
    today = words_of(part_of(signed_in(bob).get(address).content.decode(), "two"))
    clock_at(MIDNIGHT + timedelta(minutes=5))
    signed_in(bob).post(f"{address}check/", boxes("day", START))

    found = words_of(part_of(signed_in(bob).get(address).content.decode(), "two"))

    assert "again tomorrow" in today
    assert "Self-checked" in found
    assert "Same date" not in found


def test_two_days_are_shown_beside_each_other_with_the_way_to_correct(pages):
    deadline, browser, address = pages

    answer = browser.post(f"{address}check/", boxes("day", START - timedelta(days=2)))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Thu, Sep 3, 2026" in page
    assert "Sat, Sep 5, 2026" in page
    assert f"/{deadline.trigger_id}/" in page


def test_who_wrote_it_down_is_told_so_and_not_asked(pages, bob, signed_in):
    _, _, address = pages
    browser = signed_in(bob)

    panel = words_of(part_of(browser.get(address).content.decode(), "two"))
    answer = browser.post(f"{address}check/", boxes("day", START))

    assert "somebody else checks it" in panel
    assert "Check this date" not in panel
    assert answer.status_code == 422
    assert errors_by_fields(answer.content.decode()) == [services.SamePerson.words]

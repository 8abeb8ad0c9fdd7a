"""Today: soonest first, and every count is the length of a list that somebody can open."""

import re

import pytest

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership
from advocacy.dashboard import queries
from advocacy.dashboard.queries.rows import SHOWS, day_of
from advocacy.organisations.scope import Door, scope
from cases.deadlines.models import Deadline
from tests.advocacy.dashboard.lives import many
from tests.cases.pages import part_of, rows_in, words_of
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_case, make_denied_case, make_filed_case

pytestmark = pytest.mark.django_db

TODAY = day_before(NOW, 0)
SEEDS = [2, 3]


def actor(user) -> Actor:
    return Actor(Membership.objects.select_related("user", "organisation").get(user=user))


def get(browser, address: str) -> str:
    response = browser.get(f"/o/harbor/{address}")
    assert response.status_code == 200
    return response.content.decode()


def figure(pattern: str, page: str) -> int:
    """Return the number that the page names, 0 where it says that there is none."""
    found = re.search(pattern, words_of(page))
    return int(found[1]) if found else 0


@pytest.fixture
def generated(request, harbor, bob, vera, dana):
    """Ten cases of three owners, of generated ages."""
    with scope(harbor.pk, door=Door.STAFF):
        many(request.param, owners=[bob, vera, dana], now=NOW)


each_seed = pytest.mark.parametrize("generated", SEEDS, indirect=True)
each_view = pytest.mark.parametrize(
    ("who", "whose"), [("bob", "me"), ("bob", "all"), ("vera", "me"), ("adam", "all")]
)


@each_seed
@each_view
def test_the_counts_of_today_are_the_lengths_of_their_lists(request, generated, adam, signed_in, who, whose):
    browser = signed_in(request.getfixturevalue(who))

    def listed(show: str) -> list[str]:
        page = get(browser, f"dates/?show={show}&whose={whose}")
        rows = rows_in(page)
        assert figure(r"(\d+) dates?, of", page) == len(rows)
        return rows

    page = get(browser, f"?whose={whose}")
    queue = rows_in(part_of(page, "queue"))
    later, beside = listed("later"), part_of(page, "waiting")

    assert figure(r"(\d+) dates? in the next 14 days", page) == len(queue)
    assert queue == listed("next")
    assert figure(r"After the next 14 days: (\d+) more", page) == len(later)
    for who, show in (("Plan", "waiting"), ("Department", "department")):
        assert figure(rf"{who} oldest \d+ days? (\d+)", beside) == len(listed(show))
    assert len(queue) + len(later) == len(listed("all"))
    fatal = listed("fatal")
    one = len(re.findall(r"A right ends on|A date has passed:", words_of(page)))
    assert (figure(r"(\d+) rights end by", page) or one) == len(fatal)


@each_seed
def test_each_tab_of_the_dates_counts_its_own_list(generated, signed_in, dana):
    browser = signed_in(dana)
    page = get(browser, "dates/")
    tabs = re.findall(r'href="(\?show=[^"]+)"[^>]*>[^<]+<span class="tabs-count">(\d+)', page)

    assert len(tabs) == len(SHOWS)
    for address, count in tabs:
        assert len(rows_in(get(browser, f"dates/{address.replace('&amp;', '&')}"))) == int(count)


@each_seed
def test_today_is_ranked_soonest_first_through_all_its_groups(generated, harbor, bob):
    with scope(harbor.pk, door=Door.STAFF):
        page = queries.today(actor(bob), whose="all")
        rows = [row for group in page.groups for row in group.rows]

        days = [day_of(row.deadline, TODAY) for row in rows]
        assert days == sorted(days)
        assert len(rows) == page.total > 0
        for group in page.groups:
            assert group.rows, "an empty group is not shown"


def test_every_day_around_an_edge_stands_in_exactly_one_list(harbor, bob):
    away = [-2, -1, 0, 1, 3, 4, 13, 14, 15, 16, 17, 18, 19]
    with scope(harbor.pk, door=Door.STAFF):
        for days in away:
            make_denied_case(by=bob, now=NOW, denied_days_ago=180 - days)

        def listed(show: str) -> list[int]:
            rows = queries.dates(actor(bob), whose="me", show=show).rows
            return [(row.deadline.act_on - TODAY).days for row in rows]

        page = queries.today(actor(bob), whose="me")
        groups = {
            group.title: [(row.deadline.act_on - TODAY).days for row in group.rows] for group in page.groups
        }

        assert groups == {
            "Past its day": [-2, -1], "Next 3 days": [0, 1, 3], "This week and next": [4, 13, 14],
        }  # fmt: skip
        assert listed("next") == [days for days in away if days <= 14]
        assert listed("later") == [days for days in away if days > 14]
        assert (page.total, page.later) == (len(listed("next")), len(listed("later")))
        assert listed("fatal") == [-2, -1, 0, 1, 3]
        assert listed("late") == [-2, -1]


@each_seed
def test_no_open_date_is_left_out(generated, harbor, bob):
    with scope(harbor.pk, door=Door.STAFF):
        page = queries.dates(actor(bob), whose="all", show="all")

        assert {row.deadline.pk for row in page.rows} == set(
            Deadline.objects.open().values_list("pk", flat=True)
        )


def test_a_lead_sees_everyones_work_first_and_an_advocate_their_own(harbor, bob, dana, alice, vera, adam):
    asked = {
        name: [queries.whose_of(actor(user), asked) for asked in (None, "me", "all", "'; drop")]
        for name, user in {"bob": bob, "dana": dana, "alice": alice, "vera": vera, "adam": adam}.items()
    }

    assert asked == {
        "bob": ["me", "me", "all", "me"],
        "dana": ["all", "me", "all", "all"],
        "alice": ["all", "me", "all", "all"],
        "vera": ["me", "me", "me", "me"],
        "adam": ["all", "me", "all", "all"],
    }


def test_whose_work_decides_which_rows_are_shown(harbor, bob, dana, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        make_denied_case(by=bob, now=NOW, denied_days_ago=170)
        make_denied_case(by=dana, now=NOW, denied_days_ago=171)

    counts = [len(rows_in(get(signed_in(bob), f"?whose={whose}"))) for whose in ("me", "all")]

    assert counts == [1, 2]


def test_a_volunteer_sees_only_what_is_assigned_to_them(harbor, bob, vera, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        his = make_denied_case(by=bob, now=NOW, denied_days_ago=178, service="canary treatment")
        hers = make_denied_case(by=vera, now=NOW, denied_days_ago=170)
        waits = make_case(by=bob, now=NOW)
    browser = signed_in(vera)

    for address in ("", "?whose=all", "dates/", "dates/?whose=all&show=fatal", "cases/", "clients/"):
        page = get(browser, address)
        for hidden in (str(his.pk), str(waits.pk), str(his.client_id), "canary", his.number):
            assert hidden not in page, address
    assert str(hers.pk) in get(browser, "?whose=all")
    for case in (his, waits):
        assert browser.get(f"/o/harbor/cases/{case.pk}/").status_code == 404
    assert "Whose work" not in get(browser, "")


def test_a_case_without_a_date_is_not_forgotten(harbor, bob, dana, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        mine = make_case(by=bob, now=NOW)
        make_case(by=dana, now=NOW)

    part = part_of(get(signed_in(bob), ""), "unsorted")

    assert len(rows_in(part)) == 1
    assert f"/o/harbor/cases/{mine.pk}/refusal/" in part


def test_the_strip_names_the_one_right_that_ends(harbor, bob, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        make_denied_case(by=bob, now=NOW, denied_days_ago=177)

    words = words_of(get(signed_in(bob), ""))

    assert "A right ends on Friday, September 18. Reyes, Mateo: File the grievance." in words
    assert "Nobody has said “I have seen it” yet." in words


def test_the_strip_counts_several_rights_and_says_which_are_past(harbor, bob, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        make_denied_case(by=bob, now=NOW, denied_days_ago=177)
        make_denied_case(by=bob, now=NOW, denied_days_ago=190)
        make_denied_case(by=bob, now=NOW, denied_days_ago=100)

    words = words_of(get(signed_in(bob), ""))

    assert "2 rights end by Friday, September 18; the day of 1 has passed." in words


def test_without_a_fatal_date_there_is_no_strip(harbor, bob, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        make_denied_case(by=bob, now=NOW, denied_days_ago=176)
        make_answered_case(by=bob, now=NOW)

    assert 'class="strip"' not in get(signed_in(bob), "")


def test_a_date_of_ours_that_passed_is_said_in_the_heading(harbor, bob, signed_in):
    with scope(harbor.pk, door=Door.STAFF):
        make_denied_case(by=bob, now=NOW, denied_days_ago=190)
        make_filed_case(by=bob, now=NOW, filed_days_ago=2)

    words = words_of(get(signed_in(bob), ""))

    assert "1 date of ours passed." in words
    assert "Tuesday, September 15" in words


def test_an_empty_day_says_so_and_what_to_do_next(harbor, bob, signed_in):
    words = words_of(get(signed_in(bob), ""))

    assert "No date in the next 14 days. None of ours is late." in words
    assert "Open a new case" in words
    assert "Nobody owes us an answer." in words

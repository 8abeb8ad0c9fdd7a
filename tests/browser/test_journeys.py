"""Six lives of a case in the browser, as an advocate presses them through: what pages offer, and say."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.conf import settings as site
from django.db import transaction

from advocacy.organisations.scope import Door, scope
from cases.deadlines.engine import PACIFIC
from tests.cases.pages import stop_clock
from tests.factories import make_authorisation, make_denied_case, make_imr_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MORNING, NOON = time(9, 30), time(12)
CLIENT = "The client, or a parent or guardian"
SOMEBODY = "Somebody for the client: we, or another representative"


def day(month: int, number: int) -> date:
    return date(2026, month, number)


class Advocate:
    """Bob at his browser. `at` moves the one clock; `press` uses only what his page offers."""

    def __init__(self, page: Any, base: str, settings: Any) -> None:
        self.page, self.base, self.settings = page, base, settings

    def at(self, on: date, hour: time = NOON) -> None:
        stop_clock(self.settings, datetime.combine(on, hour, PACIFIC))

    def opens(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, words: str) -> None:
        """Press the filled button of the case, or what stands under "Record something else"."""
        header = self.page.locator(".page-head")
        found = header.get_by_role("link", name=words, exact=True)
        if not found.count():
            header.get_by_text("Record something else").click()
        found.click()

    def types(
        self, *, save: str = "Save", hour: str = "", say: str = "", choose: str = "", **days: date
    ) -> None:
        """Fill the one day that a step asks for, and what else it asks, and save."""
        for legend, on in days.items():
            boxes = self.page.get_by_role("group", name=re.compile(legend.replace("_", " ")))
            for label, value in (("Month", on.month), ("Day", on.day), ("Year", on.year)):
                boxes.get_by_label(label, exact=True).fill(str(value))
        if hour:
            self.page.get_by_label("At what time?").fill(hour)
        if choose:
            self.page.get_by_label(choose, exact=True).check()
        if say:
            self.page.locator("form.form textarea:visible, form.form input[type=text][maxlength='300']").fill(
                say
            )
        self.saves(save)

    def saves(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def files(self, on: date, way: str, *, who: str = CLIENT, hour: str = "", reference: str = "") -> None:
        self.page.get_by_label("How did it go?").select_option(way)
        self.page.get_by_label(re.compile("^Receipt or")).fill(reference)
        self.types(save="Save filing", choose=who, hour=hour, **{"Day it was filed": on})

    @property
    def reads(self) -> str:
        """The words of the page, blanks made single."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def whose_move(self) -> str:
        return str(self.page.locator("dt:has-text('Whose move') + dd").inner_text())

    @property
    def offered(self) -> str:
        """The filled button of the case."""
        found = self.page.locator(".page-head .button-main")
        return str(found.inner_text()) if found.count() else ""


@pytest.fixture
def advocate(live_server: Any, open_page: Any, signed_in: Any, bob: Any, settings: Any) -> Any:
    watched = open_page()
    session = signed_in(bob).cookies[site.SESSION_COOKIE_NAME].value
    watched.page.context.add_cookies(
        [{"name": site.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    yield Advocate(watched.page, live_server.url, settings)
    assert watched.complaints == []


@pytest.fixture
def seeded(harbor: Any, bob: Any) -> Callable[..., str]:
    """Return a maker of a case as it stood on a day: the address of its page."""

    def make(
        maker: Any, on: date, hour: time = NOON, *, authorised: tuple[str, ...] = (), **fields: Any
    ) -> str:
        now = datetime.combine(on, hour, PACIFIC)
        with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
            made = maker(by=bob, now=now, **fields)
            case = made[0] if isinstance(made, tuple) else made
            for body in authorised:
                make_authorisation(client=case.client, by=bob, now=now, body=body)
        return f"/o/harbor/cases/{case.pk}/"

    return make


def take_in(bob: Advocate) -> None:
    """From "New case" to the refusal on file."""
    page = bob.page
    bob.opens("/o/harbor/")
    page.get_by_role("link", name="New case").first.click()
    page.get_by_role("link", name="Take a new client in").click()
    page.get_by_label("Given name").fill("Imani")
    page.get_by_label("Family name").fill("Quarles")
    bob.saves("Save client")
    page.get_by_label("Health plan").fill("Kaiser Foundation Health Plan")
    page.get_by_label("Who regulates this plan?").select_option("dmhc")
    page.get_by_label("How do we know?").select_option("notice_phone")
    page.get_by_label("Sure", exact=True).check()
    bob.saves("Save plan")
    page.get_by_label("What did the plan refuse?").fill("home nursing")
    bob.saves("Open case")
    page.get_by_label("Why did the plan say no?").select_option("necessity")
    bob.types(save="Save refusal", **{"Date on the letter": day(9, 1), "Day the letter came": day(9, 4)})


def test_a_health_plans_no_goes_the_whole_way_to_the_care(advocate):
    bob = advocate
    bob.at(day(9, 15))
    take_in(bob)
    assert "180 days to complain, to Sun, Feb 28, 2027." in bob.reads
    assert (bob.whose_move, bob.offered) == ("Ours", "File the grievance")

    bob.press("File the grievance")
    assert "Missing The plan's letter that says no" in bob.reads
    bob.files(day(9, 15), "portal", reference="K-1")
    assert "Plan answers by Thu, Oct 15" in bob.reads
    assert "File for IMR from Fri, Oct 16" in bob.reads
    assert bob.whose_move == "The plan's"

    bob.at(day(10, 14))
    bob.press("Record the plan's answer")
    bob.types(choose="No again", **{"Day the plan's answer came": day(10, 14)})
    assert "File for IMR by Wed, Apr 14, 2027" in bob.reads
    assert bob.whose_move == "Ours"

    bob.at(day(10, 16))
    bob.press("File the IMR application")
    bob.files(day(10, 16), "web", reference="IMR-9")
    assert "Department takes the case by Fri, Oct 23" in bob.reads
    assert bob.whose_move == "The department's"

    bob.at(day(10, 24))
    bob.press("Record that it took the case")
    bob.types(**{"Day on its letter": day(10, 21)})
    assert "Plan owes us by Mon, Oct 26 Expect the plan's papers" in bob.reads
    bob.press("Record that the plan sent its papers")
    bob.types(**{"Day the reviewer had them": day(10, 23)})
    assert "IMR decision by Sun, Nov 22" in bob.reads
    assert "Last lawful day Mon, Nov 23." in bob.reads

    bob.at(day(11, 20))
    bob.press("Record the decision")
    bob.types(choose="For the client", **{"Day the plan received the written decision": day(11, 19)})
    assert "Plan carries it out by Fri, Nov 27" in bob.reads
    assert (bob.whose_move, bob.offered) == ("The plan's", "Record that it was carried out")

    bob.at(day(11, 25))
    bob.press("Record that it was carried out")
    bob.types(**{"Day the plan approved or paid": day(11, 24)})
    assert "Carried out Tue, Nov 24" in bob.reads
    assert "No date is open." in bob.reads
    assert (bob.whose_move, bob.offered) == ("Done", "")


def test_an_insurers_silence_goes_to_cdi_and_no_day_is_invented(advocate, seeded):
    bob = advocate
    path = seeded(make_denied_case, day(9, 15), denied_days_ago=14, regulator="cdi")
    bob.at(day(9, 15))
    bob.opens(path)
    bob.press("File the grievance")
    bob.files(day(9, 15), "fax", reference="FX-2")
    assert "Plan answers by Wed, Sep 30" in bob.reads
    assert "File for IMR from Fri, Oct 16" in bob.reads
    assert bob.whose_move == "The plan's"

    bob.at(day(10, 16))
    bob.opens(path)
    assert "Plan 16 days late was Wed, Sep 30" in bob.reads
    assert (bob.whose_move, bob.offered) == ("Ours", "File the IMR application")
    bob.press("File the IMR application")
    bob.files(day(10, 16), "mail")
    assert "No answer from the plan its time passed" in bob.reads
    assert "Department takes the case after filing" in bob.reads, "the Insurance Code names no day"

    bob.press("Record that it took the case")
    bob.types(**{"Day on its letter": day(10, 16)})
    assert "Plan owes us by Wed, Oct 21 Expect the plan's papers" in bob.reads
    assert "IMR decision by Sun, Nov 15" in bob.reads
    assert "Last lawful day Mon, Nov 16." in bob.reads

    bob.at(day(11, 10))
    bob.press("Record the decision")
    bob.types(choose="For the client in part", **{"Day the plan received the written decision": day(11, 9)})
    assert "IMR won in part Mon, Nov 9" in bob.reads
    assert bob.whose_move == "The plan's"
    bob.page.get_by_role("link", name="Calls and tasks").click()
    # Five business days by our own policy; Veterans Day, the 11th, is none.
    assert "Tue, Nov 17 Ask whether the insurer gives the care: the law names no day" in bob.reads


def test_an_urgent_case_of_a_friday_evening_runs_in_hours(advocate, seeded):
    bob = advocate
    path = seeded(
        make_denied_case, day(9, 18), denied_days_ago=1, urgency="expedited", authorised=("plan", "dmhc")
    )
    bob.at(day(9, 18), time(18, 40))
    bob.opens(path)
    assert "Call the plan today: its 3 days start with the call." in bob.reads
    bob.press("File the grievance")
    bob.files(day(9, 18), "phone", who=SOMEBODY, hour="6:30 pm")
    assert "Plan answers by Mon, Sep 21, 6:30 pm Their clock: Plan: 71 hours left." in bob.reads
    assert "its 3 days start with the call" not in bob.reads

    bob.press("File the IMR application")
    bob.files(day(9, 18), "web", who=SOMEBODY, hour="6:35 pm")
    assert "No answer from the plan not waited for" in bob.reads
    assert "Department: 47 hours left Sun, Sep 20, by 6:35 pm" in bob.reads
    assert "need not wait" not in bob.reads

    bob.at(day(9, 19), time(10, 0))
    bob.press("Record that it took the case")
    bob.types(hour="9:30 am", **{"Day on its letter": day(9, 19)})
    assert "Plan: 23 hours left Sun, Sep 20, by 9:30 am Expect the plan's papers" in bob.reads
    assert "IMR decision by Tue, Sep 22" in bob.reads

    bob.at(day(9, 20), time(11, 45))
    bob.opens(path)
    assert "Plan 2 hours late was Sun, Sep 20, 9:30 am Ask the plan for its papers" in bob.reads
    assert (bob.whose_move, bob.offered) == ("The reviewer's", "Record the decision")


def test_an_experimental_refusal_goes_to_the_department_without_a_grievance(advocate, seeded):
    bob = advocate
    path = seeded(make_denied_case, day(9, 15), denied_days_ago=5, reason="experimental")
    bob.at(day(9, 15))
    bob.opens(path)
    assert "176 days left Wed, Mar 10, 2027 File the IMR application. Why this date" in bob.reads
    assert "Now: Grievance, not needed first by Tue, Mar 9, 2027" in bob.reads
    assert (bob.whose_move, bob.offered) == ("Ours", "File the IMR application")

    bob.press("File the IMR application")
    assert "Missing Physician certification (experimental)" in bob.reads
    assert "Missing Medical or scientific evidence" in bob.reads
    assert "The plan's answer to the grievance" not in bob.reads
    bob.files(day(9, 15), "web")
    assert "No grievance not needed here" in bob.reads
    assert "Department takes the case by Tue, Sep 22" in bob.reads

    bob.at(day(9, 18))
    bob.press("Record that it took the case")
    bob.types(**{"Day on its letter": day(9, 18)})
    assert "IMR decision by Sun, Oct 18" in bob.reads
    bob.at(day(10, 16))
    bob.press("Record the decision")
    bob.types(choose="The plan was right", **{"Day the plan received the written decision": day(10, 15)})
    assert "IMR: plan was right Thu, Oct 15" in bob.reads
    assert "No date is open." in bob.reads
    assert bob.offered == ""


def test_an_application_that_is_not_taken_lives_on_as_a_complaint(advocate, seeded):
    bob = advocate
    path = seeded(make_imr_case, day(9, 15))
    bob.at(day(9, 18))
    bob.opens(path)
    bob.press("Record that it did not take the case")
    bob.types(say="It is about cover.", **{"Day on its letter": day(9, 17)})
    assert "Complaint decision by Sat, Oct 17" in bob.reads
    assert "Last lawful day Mon, Oct 19." in bob.reads
    assert "Plan owes us by Tue, Sep 22 Expect the plan's answer to the department" in bob.reads
    assert "Complaint to the department Thu, Sep 17, 2026, made of the IMR application." in bob.reads
    assert (bob.whose_move, bob.offered) == ("The department's", "Record the department's decision")

    bob.at(day(10, 10))
    bob.press("Record the department's decision")
    bob.types(choose="For the client", **{"Day on its letter": day(10, 9)})
    assert "Complaint decided Fri, Oct 9" in bob.reads
    assert "No date is open." in bob.reads
    assert bob.whose_move == "Done"


def test_a_won_review_that_is_not_carried_out_goes_back_to_the_department(advocate, seeded):
    bob = advocate
    path = seeded(make_imr_case, day(9, 15))
    bob.at(day(9, 22))
    bob.opens(path)
    bob.press("Record the decision")
    bob.types(choose="For the client", **{"Day the plan received the written decision": day(9, 22)})
    assert "Plan carries it out by Tue, Sep 29" in bob.reads
    assert "$5,000" not in bob.reads

    bob.at(day(10, 1))
    bob.opens(path)
    # Native American Day, Sep 25: closed for the courts, so that by one reading the plan had until Sep 30.
    assert "Plan 1 day late was Wed, Sep 30" in bob.reads
    assert "It owes at least $5,000 for each day" in bob.reads
    assert (bob.whose_move, bob.offered) == ("Ours", "Record that it was not carried out")
    bob.press("Record that it was not carried out")
    bob.types(say="Nothing came.", **{"Day we told the department": day(10, 1)})
    assert "Not carried out Thu, Oct 1" in bob.reads
    assert (bob.whose_move, bob.offered) == ("The department's", "Record that it was carried out")

    bob.press("Record that it was carried out")
    bob.types(**{"Day the plan approved or paid": day(10, 1)})
    assert "Carried out Thu, Oct 1" in bob.reads
    assert (bob.whose_move, bob.offered) == ("Done", "")

"""Whatever stops, something that still runs notices it within 15 minutes, and says so where people look."""

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from celery import Celery
from celery.signals import heartbeat_sent
from django.conf import settings as django_settings
from django.test import Client

from advocacy.accounts.models import User
from advocacy.celery import Heart
from advocacy.kernel import clock
from advocacy.mail import services as mail
from advocacy.mail.delivery import deliver
from advocacy.mail.models import OutgoingMail
from advocacy.mail.services import MailQueue
from advocacy.organisations.models import Heartbeat, Organisation
from advocacy.organisations.services import beat
from reminders import status, watch
from reminders.health import checks
from reminders.parts import LIMITS, PARTS
from reminders.tasks import watch as watch_task
from tests.reminders.box import NOW, Box, part, plan
from tests.signing_in import enter

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=15)
PAGE, MONITOR, MAIL = "page", "monitor", "mail"
# Who notices a part that stops alone. A part that stands in no route is a part that can die unseen.
ROUTES = {
    "planner round": {PAGE, MONITOR, MAIL},
    "delivery round": {PAGE, MONITOR, MAIL},
    "sender": {PAGE, MONITOR, MAIL},
    # The mail about it would wait in the queue that stands still.
    "mail round": {PAGE, MONITOR},
    "beat": {PAGE, MONITOR, MAIL},
    "digest round": {PAGE, MONITOR, MAIL},
    # It cannot write about itself.
    "watch round": {PAGE, MONITOR},
}
# What is judged by a number and not by a round, and who is told.
NUMBERS = {
    "locks": {MONITOR, MAIL},
    "planned organisations": {PAGE, MONITOR, MAIL},
    # The page: where the mail server is away, no mail about it arrives either.
    "due and unsent over 15 minutes": {PAGE, MONITOR, MAIL},
    # A person of the organisation is asked to act, and not the operator.
    "parked": {PAGE, MONITOR},
    "dates without a reminder": {PAGE, MONITOR, MAIL},
    "digests not written": {MONITOR, MAIL},
    "other mail unsent over 15 minutes": {MONITOR, MAIL},
    "clock": {MONITOR, MAIL},
    "sending": {MONITOR, MAIL},
    "mail canary": {MONITOR, MAIL},
    "web door": {MAIL},
}


@pytest.fixture
def all_run(harbor: Organisation, olga: User) -> Callable[..., None]:
    """Return what lets every part do its round, but for those that have stopped."""

    def run(*stopped: str, at=NOW) -> None:
        for key in PARTS:
            if key not in stopped:
                beat(part=key, at=at)
        if "planner round" not in stopped:
            beat(part="planner", organisation_id=harbor.pk, at=at)

    return run


def said_on_today(organisation: Organisation, at) -> str:
    row = Organisation.objects.annotate(marks=status.marks_of(organisation)).get(pk=organisation.pk)
    marks = status.marks_in(row.marks)
    return status.notice(marks, now=at)


def noticed(organisation: Organisation, *stopped: str, at) -> set[str]:
    """Return the routes that tell a person; none of them may use what has stopped."""
    names = {PARTS[key].name for key in stopped}
    routes = set()
    if any(f"{name} has not run" in said_on_today(organisation, at) for name in names):
        routes.add(PAGE)
    if set(stopped) & {check.name for check in checks(at) if not check.good}:
        routes.add(MONITOR)
    if "watch round" not in stopped:
        watch.look(now=at)
    box = Box()
    if "mail round" not in stopped:
        deliver(MailQueue(), transport=box, now=lambda: at)
    if any(name in part(each, kind) for each in box.mails for kind in ("plain", "html") for name in names):
        routes.add(MAIL)
    return routes


def test_every_part_and_every_check_stands_in_a_route(all_run):
    all_run()

    assert set(ROUTES) == set(PARTS)
    assert set(ROUTES) | set(NUMBERS) == {check.name for check in checks(NOW)} | {"web door"}
    assert all(ROUTES.values()) and all(NUMBERS.values())


@pytest.mark.parametrize("stopped", PARTS)
def test_a_part_that_stops_alone_is_noticed_within_fifteen_minutes(all_run, harbor, stopped):
    all_run()
    at = NOW + LATER
    before = noticed(harbor, stopped, at=NOW)

    all_run(stopped, at=at)

    assert before == set()
    assert noticed(harbor, stopped, at=at) == ROUTES[stopped]


def test_without_workers_or_redis_every_part_is_silent_and_the_pages_say_so(all_run, harbor):
    all_run()
    at = NOW + LATER

    assert {check.name for check in checks(at) if not check.good} >= set(PARTS)
    assert said_on_today(harbor, at) == (
        "7 of 7 parts that send reminders are silent. Work from Today: it does not need reminders."
    )


def test_the_page_of_reminders_lists_every_part_and_its_routes():
    text = (django_settings.ROOT / "docs" / "reminders.md").read_text()
    table = text.partition("## Who watches the watcher")[2].partition("\n## ")[0]
    rows = {name: row for row in table.splitlines() for name in re.findall(r"^\| `([^`]+)`", row)}

    assert set(rows) == set(ROUTES) | set(NUMBERS)
    for name, routes in (ROUTES | NUMBERS).items():
        said = {route for route in (PAGE, MONITOR, MAIL) if f"**{route}**" in rows[name]}
        assert said == routes, name


def alarms() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="alarm").order_by("created_at"))


def test_an_operator_is_written_to_once_an_hour_a_part(all_run, olga):
    all_run()
    minutes = [NOW + timedelta(minutes=n) for n in (4, 5, 63, 64, 65)]
    new = []
    for at in minutes:
        all_run("planner round", at=at)
        new.append(watch.look(now=at))
        deliver(MailQueue(), transport=Box(), now=lambda at=at: at)

    planner = ["planner round", "planned organisations"]
    assert new == [planner, [], [], planner, []]
    assert [mail.to for mail in alarms()] == [olga.email] * 2


def test_the_mail_names_what_stopped_and_leads_to_the_page(all_run, olga):
    all_run()
    at = NOW + timedelta(minutes=4)
    all_run("planner round", at=at)

    watch.look(now=at)

    [letter] = alarms()
    assert (letter.to, letter.subject) == (olga.email, "Advocacy: 2 things need you")
    assert "It has not run for 4 minutes. Work from Today" in letter.text
    assert f"{django_settings.BASE_URL}/admin/status/" in letter.text


def test_a_second_part_that_stops_is_news_in_the_same_hour(all_run):
    all_run()
    at = NOW + LATER
    all_run("beat", at=at)
    first = watch.look(now=at)
    beat(part="digest round", at=NOW)

    assert (first, watch.look(now=at)) == (["beat"], ["digest round"])
    assert {letter.subject for letter in alarms()} == {
        "Advocacy: The bell needs you", "Advocacy: The daily digest needs you",
    }  # fmt: skip


def test_a_watch_that_wakes_after_a_long_time_does_not_accuse_itself(all_run):
    all_run("watch round", at=NOW)

    assert watch.look(now=NOW) == []


def test_nobody_is_said_to_be_told_where_there_is_no_operator(all_run, harbor, olga):
    User.objects.filter(pk=olga.pk).update(is_active=False)
    all_run()
    at = NOW + LATER
    all_run("beat", at=at)

    assert watch.look(now=at) == []
    assert alarms() == []


def test_a_number_that_is_ill_is_told(all_run, harbor, due_in, box):
    """Due and unsent, unwritten, stuck: each by its name; what is an organisation's own by none."""
    all_run()
    due_in(6)
    plan(harbor, NOW)
    mail.queue(kind="x", to="a@demo.example", subject="s", text="t", html="", now=NOW - LATER - LATER)
    at = NOW + LATER + timedelta(seconds=1)
    all_run(at=at)
    plan(harbor, at)
    beat(part="digest round", at=at, waiting=1)
    Heartbeat.objects.filter(part="planner").update(parked=1)

    ill = {check.name for check in checks(at) if not check.good}
    told = watch.look(now=at)

    assert ill == {
        "due and unsent over 15 minutes", "parked", "digests not written",
        "other mail unsent over 15 minutes",
    }  # fmt: skip
    assert set(told) == ill - {"parked"}
    assert said_on_today(harbor, at) == (
        "A reminder of yours is due for 15 minutes and has not left. "
        "Work from Today: it does not need reminders."
    )
    assert "The oldest has waited for 15 minutes" in alarms()[0].text


def test_an_organisation_that_the_planner_passes_over_is_told_so_on_its_own_page(all_run, harbor, sierra):
    all_run()
    at = NOW + LATER
    all_run(at=at)
    beat(part="planner", organisation_id=sierra.pk, at=NOW)

    assert watch.look(now=at) == ["planned organisations"]
    assert said_on_today(harbor, at) == ""
    assert said_on_today(sierra, at) == (
        "Your reminders were last planned 15 minutes ago. Work from Today: it does not need reminders."
    )


@pytest.fixture
def web_server() -> Iterator[str]:
    """A web server of one page."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.RequestHandlerClass.log_message = lambda *_: None  # type: ignore[method-assign]
    server.RequestHandlerClass.do_GET = lambda self: (self.send_response(200), self.end_headers())  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/livez"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_web_server_that_does_not_answer_is_told(all_run, settings, web_server):
    all_run()
    settings.WATCH_URL = web_server
    while_it_answers = watch.look(now=NOW)
    settings.WATCH_URL = "http://127.0.0.1:9/livez"

    assert (while_it_answers, watch.look(now=NOW)) == ([], ["web door"])
    assert "They do not answer: nobody can open Today." in alarms()[0].text


def test_the_heart_of_a_worker_rings_the_watch_each_minute_without_beat():
    application = Celery("tests", broker="memory://", set_as_current=False)
    application.conf.task_default_queue = "tests-of-the-heart"
    heart = Heart(application)
    with application.connection_for_read() as connection:
        queue = connection.SimpleQueue("tests-of-the-heart")
        heart()
        early = queue.qsize()
        heart.rang_at -= heart.every_seconds
        heart(), heart()

        assert (early, queue.qsize()) == (0, 1)
        assert queue.get(block=False).headers["task"] == "reminders.tasks.watch"
        queue.close()
    assert Heart in {type(receiver()) for _, receiver in heartbeat_sent.receivers}


def test_a_heart_without_a_broker_goes_on_beating():
    application = Celery("tests", broker="redis://127.0.0.1:1/0", set_as_current=False)
    application.conf.broker_transport_options = django_settings.CELERY_BROKER_TRANSPORT_OPTIONS
    heart = Heart(application)
    heart.rang_at -= heart.every_seconds

    heart()


def test_the_task_leaves_its_mark_only_after_its_round(harbor):
    watch_task()

    assert clock.now() - Heartbeat.objects.get(part="watch round").at < LIMITS["watch round"]


def test_today_says_what_is_silent_to_everybody_who_works_here(harbor, vera, all_run):
    now = clock.now()
    all_run(at=now)
    browser = enter(Client(), vera)
    quiet = browser.get("/o/harbor/").content.decode()
    Heartbeat.objects.filter(part="planner round").update(at=now - timedelta(minutes=12, seconds=5))

    loud = browser.get("/o/harbor/").content.decode()

    words = "The planner has not run for 12 minutes. Work from Today: it does not need reminders."
    assert words in loud
    assert "has not run" not in quiet

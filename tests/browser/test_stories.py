"""Stories in Chromium: the reviewers' pages, the public's, and the frame inside a page of another origin."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.kernel import clock
from advocacy.organisations.scope import Door, scope
from advocacy.testimonials import services
from tests.advocacy.testimonials.telling import cleared, embed_secret, in_review, sent, shown, won_case
from tests.browser.axe import bring
from tests.browser.sizes import SIZES, faults_at
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORIES = (
    (
        "I did not get the drug I asked for. I did get someone who picked up the phone every time.",
        "Harold K.",
    ),
    ("The letters made no sense to me. They put them in plain words.", "N.O."),
    (
        "I waited too long and was scared it was over. It was not. Ask, even if you think you are late.",
        "Grace",
    ),
)


@pytest.fixture
def told(bob, dana) -> dict[str, Any]:
    """Four stories that are shown, one of them translated, and one at every other station; and a key."""
    now = clock.now()
    ana = make_person(name="Ana Reyes", now=now)
    with scope(bob.memberships.get().organisation_id, door=Door.STAFF), transaction.atomic():
        first = shown(
            won_case(bob, now=now), ana, staff=dana, now=now, text=STORIES[0][0], name_words=STORIES[0][1]
        )
        for text, name in STORIES[1:]:
            shown(won_case(bob, now=now), ana, staff=dana, now=now, text=text, name_words=name)
        spanish = in_review(
            won_case(bob, now=now),
            ana,
            staff=dana,
            now=now,
            text="Me dijeron que no dos veces.",
            language="es",
        )
        spanish = services.edit_wording(
            story=spanish, number=1, text="Me dijeron que no dos veces.",
            translation="They told me no twice.", tie="volunteer", by=dana, now=now,
        )  # fmt: skip
        spanish = services.ask_author(story=cleared(spanish, staff=dana, now=now), by=dana, now=now)
        services.approve_wording(story=spanish, number=2, by=ana, now=now)
        services.publish(story=spanish, by=dana, now=now)
        waiting = sent(won_case(bob, now=now), ana, now=now)
        reading = in_review(
            won_case(bob, now=now), ana, staff=dana, now=now,
            text="Dr. Adams called me on March 3. My number GB-100200 was wrong. Golden Bay HMO paid.",
        )  # fmt: skip
        services.reject(
            story=sent(won_case(bob, now=now), ana, now=now), reason="health_detail", by=dana, now=now
        )
        secret = embed_secret(dana, now=now)
    return {
        "first": first,
        "spanish": spanish,
        "waiting": waiting,
        "reading": reading,
        "secret": secret,
        "ana": ana,
    }


def sign_in(watched: Any, live_server: Any, client: Any) -> None:
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    watched.page.context.add_cookies([cookie])


@contextmanager
def another_site(body: str, policy: str) -> Iterator[str]:
    """Serve one page at another origin, with a policy as careful as ours."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def host_page(base: str, secret: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><title>Valley Clinic</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"></head><body><main><h1>Valley Clinic</h1>'
        f'<p><a href="{base}/embed/{secret}/" data-advocacy-stories>Stories from people Harbor helped</a></p>'
        f'</main><script src="{base}/static/advocacy/embed.js" async></script></body></html>'
    )


@pytest.mark.parametrize("sizes", SIZES)
def test_every_page_of_stories_is_clean(live_server, open_page, signed_in, dana, told, sizes):
    watched = open_page()
    page = watched.page
    bring(page)
    org, ids = "harbor", {name: told[name].pk for name in ("first", "spanish", "waiting", "reading")}
    paths = [
        "/s/harbor/stories/",
        f"/embed/{told['secret']}/",
        "/embed/no-such-key/",
        reverse("testimonials:queue", args=[org]),
        reverse("testimonials:queue", args=[org]) + "?state=approved",
        *(reverse("testimonials:story", args=[org, each]) for each in ids.values()),
        reverse("testimonials:privacy", args=[org, ids["reading"]]),
        reverse("testimonials:words", args=[org, ids["reading"]]),
        reverse("testimonials:reject", args=[org, ids["reading"]]),
        reverse("testimonials:sites", args=[org]),
    ]
    sign_in(watched, live_server, signed_in(dana))

    found = {}
    for path in paths:
        page.goto(live_server.url + path)
        if each := faults_at(page, sizes):
            found[path] = each
    page.get_by_label("Which website is it for?").fill("Valley Clinic")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_role("heading", name="Copy this now").wait_for()

    assert found == {}
    assert faults_at(page, sizes) == []
    assert [each for each in watched.complaints if "status of 404" not in each] == []


@pytest.mark.parametrize("sizes", SIZES)
def test_the_frame_stands_in_a_page_of_another_origin(live_server, open_page, told, dana, sizes):
    base = live_server.url
    policy = f"default-src 'none'; script-src {base}; frame-src {base}; img-src data:"
    watched = open_page()
    page = watched.page

    with another_site(host_page(base, told["secret"]), policy) as address:
        page.goto(address)
        frame = page.frame_locator("iframe")
        frame.get_by_text("They told me no twice.").wait_for()
        # Looking into the frame is itself a script, which the sandbox then reports: so this comes first.
        assert watched.complaints == []
        assert (
            page.locator("iframe").get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
        )
        assert page.locator("iframe").get_attribute("title") == "Stories from people Harbor helped"
        page.frames[1].wait_for_load_state("load")
        # The style sheet came through the sandbox, and the keyboard reaches what opens.
        assert (
            page.frames[1].locator(".story").first.evaluate("each => getComputedStyle(each).borderRadius")
            == "12px"
        )
        summary = frame.get_by_text("Read it in Spanish")
        summary.press("Enter")
        frame.get_by_text("Me dijeron que no dos veces.").wait_for()
        assert faults_at(page, sizes) == []
        assert page.context.cookies() == []

        with scope(told["first"].organisation_id, door=Door.STAFF), transaction.atomic():
            services.withdraw(story=told["first"], by=told["ana"], now=clock.now())
        # A browser keeps its copy for half a minute at most; a fresh one has none.
        fresh = open_page().page
        fresh.goto(address)
        other = fresh.frame_locator("iframe")
        other.get_by_text("They told me no twice.").wait_for()
        assert other.get_by_text("Harold K.").count() == 0


def test_without_script_it_is_a_link(live_server, chromium, told):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        with another_site(host_page(live_server.url, told["secret"]), "default-src 'none'") as address:
            page.goto(address)
            page.get_by_role("link", name="Stories from people Harbor helped").click()
            page.get_by_text("They told me no twice.").wait_for()
    finally:
        context.close()


def test_what_an_author_types_runs_nowhere(live_server, open_page, signed_in, dana, bob):
    now, attack = clock.now(), "<img src=x onerror=alert(1)><script>alert(2)</script>"
    ana = make_person(name="Ana Reyes", now=now)
    with scope(bob.memberships.get().organisation_id, door=Door.STAFF), transaction.atomic():
        story = shown(won_case(bob, now=now), ana, staff=dana, now=now, text=attack, name_words=attack)
        secret = embed_secret(dana, now=now, label=attack)
    watched = open_page()
    opened: list[str] = []
    watched.page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    sign_in(watched, live_server, signed_in(dana))

    for path in (
        "/s/harbor/stories/",
        f"/embed/{secret}/",
        reverse("testimonials:story", args=["harbor", story.pk]),
        reverse("testimonials:sites", args=["harbor"]),
    ):
        watched.page.goto(live_server.url + path)
        watched.page.get_by_text("onerror=alert").first.wait_for()

    assert opened == []
    assert watched.complaints == []

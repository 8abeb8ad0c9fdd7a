"""The public page, the frame and the data: who sees which story, and how fast it goes."""

import json
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind
from advocacy.testimonials import refusals, services
from advocacy.testimonials.models import StoryFigures, Testimonial
from advocacy.testimonials.tasks import expire
from tests.advocacy.testimonials.telling import (
    TICKS,
    WORDS,
    as_author,
    cleared,
    embed_secret,
    in_review,
    sent,
    shown,
    won_case,
)
from tests.cases.pages import stop_clock, words_of
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PAGE = "/s/harbor/stories/"


@pytest.fixture
def secret(in_harbor, dana) -> str:
    return embed_secret(dana)


def get(path: str) -> HttpResponse:
    return Client().get(path)


def everywhere(secret: str) -> dict[str, str]:
    """Fetch the three places as a stranger does."""
    places = {"page": PAGE, "frame": f"/embed/{secret}/", "data": f"/embed/{secret}/stories.json"}
    answers = {name: get(path) for name, path in places.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {name: answer.content.decode() for name, answer in answers.items()}


def seen_in(secret: str, text: str = WORDS) -> set[str]:
    return {name for name, body in everywhere(secret).items() if text in body}


def test_nothing_is_public_before_a_person_shows_it(secret, won, ana, dana):
    for reach in (
        lambda: sent(won, ana),
        lambda: services.start_review(story=Testimonial.objects.get(), by=dana, now=NOW),
        lambda: cleared(Testimonial.objects.get(), staff=dana),
    ):
        reach()
        assert seen_in(secret) == set()

    services.publish(story=Testimonial.objects.get(), by=dana, now=NOW)

    assert seen_in(secret) == {"page", "frame", "data"}


@pytest.mark.parametrize(
    ("on_site", "on_embed", "places"),
    [(True, True, {"page", "frame", "data"}), (True, False, {"page"}), (False, True, {"frame", "data"})],
)
def test_a_story_stands_only_where_its_author_lets_it(secret, won, ana, dana, on_site, on_embed, places):
    shown(won, ana, staff=dana, on_site=on_site, on_embed=on_embed)

    assert seen_in(secret) == places


def test_taken_down_by_its_author_it_is_gone_everywhere_at_once(harbor, secret, won, ana, dana):
    story = shown(won, ana, staff=dana)
    assert seen_in(secret) == {"page", "frame", "data"}

    with as_author(harbor, ana):
        services.withdraw(story=story, by=ana, now=NOW)

    assert seen_in(secret) == set()
    assert seen_in(secret, "A parent in Fresno") == set()
    row = Testimonial.objects.get()
    assert (row.published_text, row.published_translation, row.published_name) == ("", "", "")
    assert row.versions.get().text == WORDS


def test_a_place_taken_back_alone_is_gone_from_that_place_alone(harbor, secret, won, ana, dana):
    story = shown(won, ana, staff=dana)
    change = {key: TICKS[key] for key in ("text_version", "text_language", "capacity")}

    with as_author(harbor, ana):
        services.change_surfaces(story=story, on_site=True, on_embed=False, **change, by=ana, now=NOW)
    assert seen_in(secret) == {"page"}

    with as_author(harbor, ana):
        services.change_surfaces(story=story, on_site=False, on_embed=False, **change, by=ana, now=NOW)
    assert seen_in(secret) == set()
    assert Testimonial.objects.get().state == "withdrawn"


def test_a_story_goes_on_the_day_its_permission_ends_even_before_the_task_runs(
    settings, secret, harbor, won, ana, dana
):
    shown(won, ana, staff=dana, years=1)
    last_day = NOW.replace(year=NOW.year + 1) - timedelta(days=1)
    stop_clock(settings, last_day)
    assert seen_in(secret) == {"page", "frame", "data"}

    stop_clock(settings, last_day + timedelta(days=1))

    assert seen_in(secret) == set()
    assert "0 shown, 1 not shown (1 had its time)" in words_of(get(PAGE).content.decode())
    expire()
    assert Testimonial.objects.get().state == "expired"
    assert seen_in(secret) == set()
    assert "0 shown, 1 not shown (1 had its time)" in words_of(get(PAGE).content.decode())


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "</blockquote><iframe srcdoc='<script>1</script>'>",
        "{{ 7|add:7 }}{% debug %}",
        "javascript:alert(1)//<a href='javascript:alert(1)'>x</a>",
        "</script><script>alert(1)</script>",
    ],
)
def test_what_an_author_types_stays_text_in_all_three(secret, won, ana, dana, payload):
    story = in_review(won, ana, staff=dana, text=payload, name_words=payload)
    story = services.edit_wording(
        story=story, number=1, text=payload, translation=payload, tie="", by=dana, now=NOW
    )
    story = services.ask_author(story=cleared(story, staff=dana), by=dana, now=NOW)
    services.approve_wording(story=story, number=2, by=ana, now=NOW)
    services.publish(story=story, by=dana, now=NOW)

    bodies = everywhere(secret)

    assert payload.strip() in json.loads(bodies["data"])["stories"][0]["text"]
    assert "<" not in bodies["data"]
    for name in ("page", "frame"):
        assert payload in words_of(bodies[name]) or "<" in payload
        assert "<script>alert" not in bodies[name]
        assert not re.search(r"<(img|svg|iframe)[^>]*(onerror|onload|srcdoc)", bodies[name])
        assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', bodies[name]))
    assert "<script" not in bodies["frame"]


def test_the_frame_and_the_data_set_no_cookie_and_depend_on_none(secret, won, ana, dana, signed_in):
    shown(won, ana, staff=dana)

    for path in (
        f"/embed/{secret}/",
        f"/embed/{secret}/stories.json",
        "/embed/wrong/",
        "/embed/wrong/stories.json",
    ):
        for client in (Client(), signed_in(dana)):
            before = client.cookies.output()
            answer = client.get(path)
            assert answer.cookies.output() == ""
            assert client.cookies.output() == before
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_frame_may_be_framed_and_runs_nothing(secret, won, ana, dana):
    shown(won, ana, staff=dana)

    answer = get(f"/embed/{secret}/")
    policy = dict(part.split(maxsplit=1) for part in answer.headers["Content-Security-Policy"].split("; "))

    assert policy == {
        "default-src": "'none'", "style-src": "'self'", "img-src": "'self'", "base-uri": "'none'",
        "form-action": "'none'", "frame-ancestors": "*",
    }  # fmt: skip
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert "style=" not in answer.content.decode()


def test_every_other_page_still_refuses_to_be_framed(secret, won, ana, dana):
    for path in (PAGE, f"/embed/{secret}/stories.json"):
        answer = get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_data_is_for_any_origin_without_credentials(secret, won, ana, dana):
    shown(won, ana, staff=dana)

    answer = get(f"/embed/{secret}/stories.json")
    said = answer.json()

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert said["page"].endswith(PAGE)
    assert set(said) == {"heading", "organisation", "page", "stories"}
    [story] = said["stories"]
    assert set(story) == {
        "text", "language", "name", "shared", "tie", "original", "original_language", "written_in",
    }  # fmt: skip
    assert story["shared"] == "September 2026"


def test_wrong_revoked_expired_and_absent_keys_are_answered_alike(harbor, secret, won, ana, dana, sierra):
    shown(won, ana, staff=dana)
    ended = embed_secret(dana, label="Old")
    services.revoke_key(key=AccessKey.objects.get(label="Old"), by=dana, now=NOW)
    _, late = keys.issue(kind=AccessKeyKind.EMBED, organisation=harbor, now=NOW, lasts=-timedelta(days=1))
    _, other = keys.issue(kind=AccessKeyKind.INVITATION, organisation=harbor, now=NOW)

    answers = [
        get(f"/embed/{each}/{end}") for each in ("x", ended, late, other) for end in ("", "stories.json")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    _, theirs = keys.issue(kind=AccessKeyKind.EMBED, organisation=sierra, now=NOW)
    assert WORDS not in get(f"/embed/{theirs}/").content.decode()
    assert get(f"/embed/{secret}/").status_code == 200


def test_a_key_is_kept_as_a_hash_and_notes_its_use_now_and_then(secret, won):
    assert not AccessKey.objects.filter(secret_hash=secret).exists()
    get(f"/embed/{secret}/")
    first = AccessKey.objects.get().last_used_at
    get(f"/embed/{secret}/")

    assert first is not None
    assert AccessKey.objects.get().last_used_at == first


def test_only_get_and_head(secret):
    client = Client()
    for path in (f"/embed/{secret}/", f"/embed/{secret}/stories.json", PAGE):
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


def test_the_counts_are_those_of_the_rows(in_harbor, won, ana, bob, dana):
    shown(won, ana, staff=dana)
    shown(won_case(bob), ana, staff=dana, on_site=False)
    sent(won_case(bob), ana)
    services.withdraw(story=shown(won_case(bob), ana, staff=dana), by=ana, now=NOW)
    for reason in ("health_detail", "health_detail", "twice"):
        services.reject(story=sent(won_case(bob), ana), reason=reason, by=dana, now=NOW)
    services.write(case=won_case(bob), text="a draft is nobody's business", language="en", by=ana, now=NOW)

    page = words_of(get(PAGE).content.decode())

    assert "Stories: 7 received, 1 shown, 6 not shown (" in page
    for why in (
        "1 is only on other sites",
        "1 is being read",
        "1 was taken down",
        "2 told too much about somebody's health",
        "1 was here already",
    ):
        assert why in page
    kept = StoryFigures.objects.get().counts
    services.recount()
    assert StoryFigures.objects.get().counts == kept


def test_a_count_that_went_wrong_is_put_right_by_the_task(in_harbor, won, ana, dana):
    shown(won, ana, staff=dana)
    StoryFigures.objects.update(counts={"shown": 40})

    expire()
    expire()

    assert StoryFigures.objects.get().counts == {"shown": 1}


def test_the_card_discloses_language_translation_and_tie(in_harbor, secret, won, ana, dana):
    story = in_review(won, ana, staff=dana, text="Me ayudaron mucho.", language="es")
    story = services.edit_wording(
        story=story, number=1, text="Me ayudaron mucho.", translation="They helped me a lot.",
        tie="volunteer", by=dana, now=NOW,
    )  # fmt: skip
    story = services.ask_author(story=cleared(story, staff=dana), by=dana, now=NOW)
    services.approve_wording(story=story, number=2, by=ana, now=NOW)
    services.publish(story=story, by=dana, now=NOW)

    english = get(PAGE).content.decode()
    spanish = Client(headers={"Accept-Language": "es"}).get(PAGE).content.decode()

    said = words_of(english)
    assert "Shared September 2026. Written in Spanish, translated by a person. The author volunteers" in said
    assert '<blockquote class="story-words" lang="en"><p>“They helped me a lot.”' in english
    assert '<blockquote lang="es"><p>“Me ayudaron mucho.”' in english
    assert '<blockquote class="story-words" lang="es"><p>“Me ayudaron mucho.”' in spanish
    assert "They helped me a lot." not in spanish
    assert 'lang="es"' in get(f"/embed/{secret}/?lang=es").content.decode()[:200]


def test_the_page_is_headed_as_a_selection_and_has_no_stars(in_harbor, won, ana, dana):
    shown(won, ana, staff=dana)

    page = get(PAGE).content.decode()

    assert "<h1>Selected stories" in page
    assert not re.search(r"★|rating|all reviews|aggregate|carousel", page, re.IGNORECASE)
    assert get("/s/nowhere/stories/").status_code == 404


def test_long_lists_come_in_pages(in_harbor, ana, bob, dana):
    for number in range(11):
        shown(won_case(bob), ana, staff=dana, text=f"Story number {number}.")

    first, second = (get(f"{PAGE}?page={number}").content.decode() for number in (1, 2))

    assert (first.count("<figure"), second.count("<figure")) == (10, 1)
    assert "Page 1 of 2." in first
    assert "Story number 0." in second


def test_a_refused_publish_leaves_nothing_behind(secret, won, ana, dana):
    story = in_review(won, ana, staff=dana)
    with pytest.raises(refusals.NotCleared):
        services.publish(story=story, by=dana, now=NOW)

    assert seen_in(secret) == set()
    assert Testimonial.objects.get().published_text == ""

"""The reviewers' pages: who gets in, what they show, what a button does."""

import pytest
from django.urls import reverse

from advocacy.accounts.models import AccessKey
from advocacy.audit.models import AuditEvent
from advocacy.mail.models import OutgoingMail
from advocacy.testimonials import queries, services
from advocacy.testimonials.models import Testimonial
from tests.advocacy.testimonials.telling import WORDS, cleared, embed_secret, in_review, sent, shown, written
from tests.cases.pages import errors_by_fields, errors_in_summary, words_of
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

GETS = ("story", "privacy", "words", "reject")
POSTS = ("read", "ask", "show", "take_down")


def at(name: str, *ids: object, slug: str = "harbor") -> str:
    return reverse(f"testimonials:{name}", args=[slug, *ids])


@pytest.fixture
def story(won, ana, dana) -> Testimonial:
    return in_review(won, ana, staff=dana, text="Dr. Adams called me on March 3 <b>twice</b>.")


def test_owner_and_supervisor_come_in_and_nobody_else(
    signed_in, story, alice, dana, bob, adam, vera, charlie, olga
):
    addresses = [at("queue"), at("sites"), *(at(name, story.pk) for name in GETS)]

    for person, status in ((alice, 200), (dana, 200), (bob, 403), (adam, 403), (charlie, 404), (olga, 404)):
        client = signed_in(person)
        assert {client.get(address).status_code for address in addresses} == {status}, person
    # Vera sees only the cases assigned to her: a story of another does not exist for her.
    assert signed_in(vera).get(at("story", story.pk)).status_code == 404
    for name in POSTS:
        assert signed_in(bob).post(at(name, story.pk)).status_code == 403
        assert signed_in(charlie).post(at(name, story.pk)).status_code == 404
        assert signed_in(charlie).post(at(name, story.pk, slug="sierra")).status_code == 404


def test_the_way_to_the_stories_stands_in_the_bar_of_who_may_review(signed_in, story, dana, bob):
    today = reverse("dashboard:today", args=["harbor"])

    assert at("queue") in signed_in(dana).get(today).content.decode()
    assert at("queue") not in signed_in(bob).get(today).content.decode()


def test_the_queue_counts_each_state_and_leaves_drafts_to_their_authors(signed_in, won, ana, dana):
    written(won, ana)
    page = words_of(signed_in(dana).get(at("queue")).content.decode())
    assert "No story waits to be read" in page
    assert "Ana Reyes" not in page

    story = sent(won, ana)
    page = words_of(signed_in(dana).get(at("queue")).content.decode())

    assert "1 story waits to be read" in page
    assert "Sent to us 1" in page
    assert "Ana Reyes" in page
    assert AuditEvent.objects.filter(act="listed testimonials:queue", client_id=won.client_id).exists()
    assert signed_in(dana).get(at("queue") + "?state=nonsense").status_code == 200
    services.withdraw(story=story, by=ana, now=NOW)
    assert "Reyes" in words_of(signed_in(dana).get(at("queue") + "?state=withdrawn").content.decode())


def test_a_draft_that_was_never_sent_does_not_exist_for_staff(signed_in, won, ana, dana):
    story = written(won, ana)

    assert signed_in(dana).get(at("story", story.pk)).status_code == 404
    services.withdraw(story=story, by=ana, now=NOW)
    assert signed_in(dana).get(at("story", story.pk)).status_code == 404


def test_a_story_is_read_and_its_details_are_marked(signed_in, story, won, dana):
    page = signed_in(dana).get(at("story", story.pk)).content.decode()

    assert '<mark class="pill pill-soon">Dr. Adams</mark>' in page
    assert '<mark class="pill pill-soon">March 3</mark>' in page
    assert "&lt;b&gt;twice" in page
    assert AuditEvent.objects.filter(act="read testimonials:story", client_id=won.client_id).exists()


def test_each_detail_is_ticked_before_the_check_is_saved(signed_in, story, dana):
    client, address = signed_in(dana), at("privacy", story.pk)
    keys = [each.key for each in queries.details(story)]

    answer = client.post(address, {"number": 1, "cleared": keys[:1], "read": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert errors_by_fields(page) == errors_in_summary(page) == ["Tick each one, or change the words"]
    assert client.post(address, {"number": 1, "cleared": keys}).status_code == 422
    assert not Testimonial.objects.get().is_cleared

    answer = client.post(address, {"number": 1, "cleared": keys, "read": "on"})
    assert (answer.status_code, answer["Location"]) == (302, at("story", story.pk))
    assert Testimonial.objects.get().is_cleared


def test_ticks_about_words_that_are_gone_are_not_taken(signed_in, story, dana):
    keys = [each.key for each in queries.details(story)]
    services.edit_wording(
        story=story,
        number=1,
        text="Dr. Adams called me on March 9 twice.",
        translation="",
        tie="",
        by=dana,
        now=NOW,
    )

    answer = signed_in(dana).post(
        at("privacy", story.pk), {"number": 1, "cleared": keys, "read": "on"}, follow=True
    )

    assert "The words have changed since you opened this page" in words_of(answer.content.decode())
    assert not Testimonial.objects.get().is_cleared


def test_the_words_are_changed_sent_to_the_author_and_shown(signed_in, story, ana, dana):
    client = signed_in(dana)
    wording = {"number": 1, "text": "They called me.", "translation": "", "tie": ""}

    assert client.post(at("words", story.pk), wording | {"text": ""}).status_code == 422
    assert client.post(at("words", story.pk), wording).status_code == 302
    assert client.post(at("privacy", story.pk), {"number": 2, "read": "on"}).status_code == 302
    answer = client.post(at("show", story.pk), follow=True)
    assert "Send the words to the author" in words_of(answer.content.decode())
    client.post(at("ask", story.pk))
    services.approve_wording(story=story, number=2, by=ana, now=NOW)
    page = client.get(at("story", story.pk)).content.decode()
    assert "As it came" in page
    client.post(at("show", story.pk))

    assert Testimonial.objects.get().published_text == "They called me."
    client.post(at("take_down", story.pk))
    assert Testimonial.objects.get().state == "withdrawn"


def test_a_reason_is_asked_for(signed_in, story, dana):
    client = signed_in(dana)

    answer = client.post(at("reject", story.pk), {"reason": "negative"})
    assert answer.status_code == 422
    assert client.post(at("reject", story.pk), {"reason": ""}).status_code == 422
    assert client.post(at("reject", story.pk), {"reason": "health_detail"}).status_code == 302
    assert Testimonial.objects.get().reason == "health_detail"


def test_a_key_shows_its_secret_once_and_ends_at_once(signed_in, story, dana):
    client = signed_in(dana)

    assert client.post(at("sites"), {"label": " "}).status_code == 422
    page = client.post(at("sites"), {"label": "Valley <i>Clinic"}).content.decode()
    key = AccessKey.objects.get()
    secret = page.split("/embed/")[1].split("/")[0]
    assert client.get(f"/embed/{secret}/").status_code == 200
    assert "data-advocacy-stories" in page
    assert secret not in client.get(at("sites")).content.decode()
    assert "Valley &lt;i&gt;Clinic" in client.get(at("sites")).content.decode()

    client.post(at("revoke", key.pk))

    assert client.get(f"/embed/{secret}/").status_code == 404
    assert AuditEvent.objects.filter(act__startswith="story key").count() == 2


def test_a_key_exists_only_for_who_may_review_stories_here(signed_in, story, dana, bob, charlie):
    embed_secret(dana)
    key = AccessKey.objects.get()

    for person in (bob, charlie):
        assert signed_in(person).post(at("revoke", key.pk)).status_code == 404
    assert AccessKey.objects.get().revoked_at is None


def test_mails_say_that_there_is_something_and_nothing_of_what(won, ana, dana):
    ana.language = "es"
    ana.save()
    story = in_review(won, ana, staff=dana, text=WORDS)
    story = services.edit_wording(
        story=story, number=1, text="Other words", translation="", tie="", by=dana, now=NOW
    )
    story = services.ask_author(story=cleared(story, staff=dana), by=dana, now=NOW)
    services.approve_wording(story=story, number=2, by=ana, now=NOW)
    services.publish(story=story, by=dana, now=NOW)
    services.withdraw(story=story, by=dana, now=NOW)

    mails = list(OutgoingMail.objects.order_by("pk"))

    assert [mail.kind for mail in mails] == ["story-signed", "story-asked", "story-shown", "story-taken-down"]
    for mail in mails:
        whole = mail.subject + mail.text + mail.html
        assert mail.to == ana.email
        assert "/p/harbor/" in mail.text
        assert not {"Other words", WORDS, "Mateo", "Golden Bay", "speech", "Fresno", won.number} & {
            word
            for word in ("Other words", WORDS, "Mateo", "Golden Bay", "speech", "Fresno", won.number)
            if word in whole
        }


def test_taking_ones_own_story_down_needs_no_mail_and_nobodys_leave(won, ana, dana):
    story = shown(won, ana, staff=dana)
    before = OutgoingMail.objects.count()

    services.withdraw(story=story, by=ana, now=NOW)

    assert OutgoingMail.objects.count() == before

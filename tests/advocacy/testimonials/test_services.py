"""Writing, reviewing and showing a story: each refusal by its name, each act in the record."""

import pytest
from django.db import IntegrityError, transaction

from advocacy.audit.models import AuditEvent
from advocacy.testimonials import queries, refusals, services
from advocacy.testimonials.models import Reason, State, Testimonial, Version
from cases.imr import services as imr
from tests.advocacy.testimonials.telling import TICKS, WORDS, cleared, in_review, sent, shown, written
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_case, make_filed_case, make_imr_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(won, ana, dana) -> Testimonial:
    return cleared(in_review(won, ana, staff=dana), staff=dana)


def test_a_story_is_asked_for_only_once_an_outcome_is_recorded(in_harbor, bob, ana):
    open_cases = [
        make_case(by=bob, now=NOW),
        make_filed_case(by=bob, now=NOW)[0],
        make_answered_case(by=bob, now=NOW, outcome="upheld")[0],
        make_answered_case(by=bob, now=NOW, outcome="partly")[0],
        make_imr_case(by=bob, now=NOW)[0],
    ]

    for case in open_cases:
        assert not queries.may_write(case)
        with pytest.raises(refusals.NoOutcomeYet):
            services.write(case=case, text=WORDS, language="en", by=ana, now=NOW)


@pytest.mark.parametrize("outcome", ["upheld", "overturned", "partly"])
def test_a_decided_review_is_an_outcome_whichever_way_it_went(in_harbor, bob, ana, outcome):
    case, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=3)
    imr.record(filing=filing, move="decided", on=day_before(NOW, 1), outcome=outcome, by=bob, now=NOW)

    assert queries.may_write(case)
    assert written(case, ana).state == State.DRAFT


def test_every_wording_is_kept_and_the_first_stays_as_it_came(won, ana, dana):
    written(won, ana, text="First")
    story = in_review(won, ana, staff=dana, text="Second")
    services.edit_wording(story=story, number=2, text="Third", translation="", tie="", by=dana, now=NOW)

    kept = Version.objects.filter(testimonial=story).order_by("number").values_list("number", "text")
    assert list(kept) == [(1, "First"), (2, "Second"), (3, "Third")]
    assert Testimonial.objects.count() == 1


def test_words_that_were_sent_and_not_touched_can_be_shown(story, dana):
    services.publish(story=story, by=dana, now=NOW)

    row = Testimonial.objects.get()
    assert (row.state, row.published_text, row.published_name) == ("published", WORDS, "A parent in Fresno")


def test_an_edit_by_staff_needs_the_authors_yes_to_exactly_these_words(story, ana, dana):
    story = services.edit_wording(
        story=story, number=1, text="Fewer words", translation="", tie="", by=dana, now=NOW
    )
    assert not story.is_approved
    with pytest.raises(refusals.NotApproved):
        services.publish(story=cleared(story, staff=dana), by=dana, now=NOW)

    story = services.ask_author(story=story, by=dana, now=NOW)
    with pytest.raises(refusals.WordsChanged):
        services.approve_wording(story=story, number=1, by=ana, now=NOW)
    story = services.approve_wording(story=story, number=2, by=ana, now=NOW)
    services.publish(story=story, by=dana, now=NOW)

    assert Testimonial.objects.get().published_text == "Fewer words"


def test_a_second_edit_after_the_yes_asks_again(story, ana, dana):
    story = services.edit_wording(story=story, number=1, text="A", translation="", tie="", by=dana, now=NOW)
    story = services.ask_author(story=cleared(story, staff=dana), by=dana, now=NOW)
    story = services.approve_wording(story=story, number=2, by=ana, now=NOW)

    story = services.edit_wording(story=story, number=2, text="B", translation="", tie="", by=dana, now=NOW)

    assert (story.state, story.is_approved, story.is_cleared) == ("in_review", False, False)
    with pytest.raises(refusals.NotApproved):
        services.publish(story=cleared(story, staff=dana), by=dana, now=NOW)


def test_an_author_may_answer_with_other_words_instead_of_a_yes(story, won, ana, dana):
    story = services.ask_author(story=story, by=dana, now=NOW)

    story = written(won, ana, text="My own words again")

    assert (story.state, story.is_approved, story.is_cleared) == ("in_review", True, False)


def test_nothing_is_shown_before_each_personal_detail_was_looked_at(won, ana, dana):
    story = in_review(won, ana, staff=dana, text="Dr. Adams called me on March 3. Golden Bay HMO paid.")
    with pytest.raises(refusals.NotCleared):
        services.publish(story=story, by=dana, now=NOW)

    found = {each.key: each.span.kind for each in queries.details(story)}
    assert sorted(found.values()) == ["date", "name", "provider"]
    with pytest.raises(refusals.NotCleared):
        services.clear_privacy(story=story, number=1, cleared=list(found)[:2], by=dana, now=NOW)
    story = services.clear_privacy(story=story, number=1, cleared=list(found), by=dana, now=NOW)

    assert services.publish(story=story, by=dana, now=NOW).state == "published"


def test_nothing_is_shown_without_a_place_or_after_its_time(story, ana, dana):
    nowhere = services.change_surfaces(
        story=story, on_site=False, on_embed=False, text_version=TICKS["text_version"], text_language="en",
        capacity="self", by=ana, now=NOW,
    )  # fmt: skip
    with pytest.raises(refusals.NothingSigned):
        services.publish(story=nowhere, by=dana, now=NOW)

    services.change_surfaces(
        story=story, on_site=True, on_embed=False, text_version=TICKS["text_version"], text_language="en",
        capacity="self", by=ana, now=NOW,
    )  # fmt: skip
    late = NOW.replace(year=NOW.year + 2)
    with pytest.raises(refusals.NothingSigned):
        services.publish(story=story, by=dana, now=late)


def test_only_its_author_sends_signs_and_says_yes(won, ana, bob, dana):
    story = written(won, ana)
    with pytest.raises(refusals.NotYours):
        services.submit(story=story, **TICKS, by=bob, now=NOW)
    story = services.submit(story=story, **TICKS, by=ana, now=NOW)
    with pytest.raises(refusals.NotYours):
        services.approve_wording(story=story, number=1, by=dana, now=NOW)


@pytest.mark.parametrize("reason", Reason.values)
def test_a_story_is_not_shown_for_a_reason_from_the_list(won, ana, dana, reason):
    story = services.reject(story=sent(won, ana), reason=reason, by=dana, now=NOW)

    assert (story.state, story.reason) == ("rejected", reason)


def test_no_reason_is_no_reason_and_negative_is_not_on_the_list(won, ana, dana):
    story = sent(won, ana)
    with pytest.raises(refusals.NoReason):
        services.reject(story=story, reason="", by=dana, now=NOW)
    assert not {each for each in Reason.values if "negativ" in each or "critic" in each or "tone" in each}

    # The database holds the list's place too: a story that is not shown says why.
    with pytest.raises(IntegrityError), transaction.atomic():
        Testimonial.objects.filter(pk=story.pk).update(state="rejected", reason="")


def test_a_story_that_has_ended_makes_room_for_another(won, ana, dana):
    services.withdraw(story=sent(won, ana), by=ana, now=NOW)

    again = written(won, ana, text="Another try")

    assert (again.state, again.newest, Testimonial.objects.count()) == ("draft", 1, 2)


def test_moves_from_the_wrong_state_are_refused_in_words(story, ana, dana):
    with pytest.raises(refusals.NotNow) as refused:
        services.start_review(story=story, by=dana, now=NOW)
    assert "moved on" in refused.value.words
    with pytest.raises(refusals.NotNow):
        services.approve_wording(story=story, number=1, by=ana, now=NOW)
    with pytest.raises(refusals.SameWords):
        services.edit_wording(story=story, number=1, text=WORDS, translation="", tie="", by=dana, now=NOW)


def test_the_database_shows_no_words_of_what_is_not_published(story, dana):
    for change in ({"published_text": "leak"}, {"state": "published"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Testimonial.objects.filter(pk=story.pk).update(**change)


def test_every_act_is_recorded_for_the_client(won, ana, dana):
    story = shown(won, ana, staff=dana)
    services.withdraw(story=story, by=ana, now=NOW)

    acts = AuditEvent.objects.filter(subject_id=story.pk).order_by("pk").values_list("act", "actor_id")
    assert list(acts) == [
        ("story written", ana.pk),
        ("story sent", ana.pk),
        ("story review begun", dana.pk),
        ("story privacy checked", dana.pk),
        ("story shown", dana.pk),
        ("story taken down", ana.pk),
    ]
    assert not AuditEvent.objects.filter(subject_id=story.pk).exclude(client_id=won.client_id).exists()

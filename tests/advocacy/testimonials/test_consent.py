"""The texts that are signed, and the forms that sign them."""

import hashlib
import json
import tomllib
from datetime import date

import pytest

from advocacy.testimonials import consents, queries, refusals, services
from advocacy.testimonials.forms import ApproveForm, ConsentForm, PlacesForm, StoryForm
from advocacy.testimonials.models import Consent
from advocacy.testimonials.names import shown_name
from tests.advocacy.testimonials.telling import TICKS, sent, shown, written
from tests.conftest import NOW

# Somebody may have signed each of these: the words of a version never change. A new text is a new version.
SIGNED = {"story-2026-11": "c73f79547937f96b"}


def fingerprint(text: dict) -> str:
    return hashlib.sha256(json.dumps(text, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def test_a_text_that_may_have_been_signed_is_never_changed():
    texts = tomllib.loads(consents.FILE.read_text(encoding="utf-8"))["text"]
    # A qualified person's review changes no word of what was shown.
    bare = [
        {key: value if key == "version" else {name: each for name, each in value.items() if name != "review"}
         for key, value in text.items()}
        for text in texts
    ]  # fmt: skip

    assert {text["version"]: fingerprint(text) for text in bare} == SIGNED


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("version", consents.versions())
def test_every_text_stands_whole_in_both_languages(version, language):
    text = consents.text(version=version, language=language, organisation="Harbor")

    assert "Harbor" in text.on_site + text.on_embed + "".join(text.paragraphs)
    assert "{" not in text.title + text.on_site + text.on_embed + "".join(text.paragraphs)
    assert text.on_site != text.on_embed
    assert text.needs_review == (language == "es")


def test_the_text_says_that_help_does_not_depend_on_it_and_how_to_take_it_back():
    words = " ".join(consents.text(version=consents.newest(), language="en", organisation="H").paragraphs)

    for said in (
        "the help you get from us stays the same",
        "do not pay",
        "at any time",
        "can copy it",
        "ends after the time",
    ):
        assert said in words


@pytest.mark.parametrize(
    ("choice", "shown_as"),
    [("full", "Ana Reyes Soto"), ("first", "Ana"), ("initials", "A.S."), ("words", "A parent in Fresno")],
)
def test_the_name_is_shown_as_chosen(choice, shown_as):
    assert shown_name(choice, full_name="Ana  Reyes Soto", words=" A parent  in Fresno ") == shown_as


def consent_form(**typed: object) -> ConsentForm:
    text = consents.text(version=consents.newest(), language="en", organisation="Harbor")
    filled = {
        "on_site": "on", "name_choice": "first", "name_words": "", "years": "2", "text_version": text.version,
        "text_language": "en",
    }  # fmt: skip
    return ConsentForm(filled | typed, text=text)


def test_nothing_is_ticked_for_the_author():
    form = ConsentForm(text=consents.text(version=consents.newest(), language="en", organisation="Harbor"))

    assert not form["on_site"].value()
    assert not form["on_embed"].value()
    assert form["name_choice"].value() is None
    assert "Harbor" in form["on_site"].label


def test_the_permission_form_asks_for_a_place_a_name_and_a_time():
    assert consent_form().is_valid()
    assert "on_site" in consent_form(on_site="").errors
    assert "name_words" in consent_form(name_choice="words").errors
    assert "name_choice" in consent_form(name_choice="").errors
    assert "years" in consent_form(years="50").errors


def test_a_text_that_changed_meanwhile_is_read_again_before_it_is_signed():
    form = consent_form(text_version="story-2020-01")

    assert not form.is_valid()
    assert "Please read them again" in str(form.non_field_errors())
    assert form["text_version"].value() == consents.newest()


def test_the_story_form_keeps_its_length():
    assert StoryForm({"text": "Well", "language": "en", "tie": ""}).is_valid()
    assert "text" in StoryForm({"text": "x" * 3001, "language": "en", "tie": ""}).errors
    assert "language" in StoryForm({"text": "x", "language": "fr", "tie": ""}).errors
    assert ApproveForm({"number": "2"}).is_valid()


@pytest.mark.django_db
def test_forms_and_services_fit_each_other(won, ana):
    story_form = StoryForm({"text": "Well", "language": "en", "tie": "board"})
    assert story_form.is_valid()
    story = services.write(case=won, **story_form.cleaned_data, by=ana, now=NOW)
    form = consent_form(on_embed="on")
    assert form.is_valid()

    story = services.submit(story=story, **form.cleaned_data, capacity="parent", by=ana, now=NOW)

    consent = Consent.objects.get()
    assert (consent.on_site, consent.on_embed, consent.shown_name, consent.capacity) == (
        True,
        True,
        "Ana",
        "parent",
    )
    assert (consent.signed_by, consent.signed_at, consent.expires_on) == (ana, NOW, date(2028, 9, 15))
    assert (consent.text_version, consent.text_language) == (consents.newest(), "en")
    assert queries.consent_text(consent).title == "Your permission to show your story"
    places = PlacesForm({"text_version": consents.newest(), "text_language": "es"}, text=consents.text(
        version=consents.newest(), language="es", organisation="Harbor"))  # fmt: skip
    assert places.is_valid()
    services.change_surfaces(story=story, **places.cleaned_data, capacity="parent", by=ana, now=NOW)
    assert list(Consent.objects.order_by("number").values_list("number", "on_site")) == [
        (1, True),
        (2, False),
    ]


@pytest.mark.django_db
def test_a_permission_on_another_text_or_with_no_place_is_refused(won, ana):
    story = written(won, ana)

    for change, refusal in (
        ({"text_version": "made-up"}, refusals.NoSuchText),
        ({"text_language": "fr"}, refusals.NoSuchText),
        ({"on_site": False, "on_embed": False}, refusals.NothingTicked),
        ({"name_words": "  "}, refusals.NoName),
    ):
        with pytest.raises(refusal):
            services.submit(story=story, **(TICKS | change), by=ana, now=NOW)
    assert not Consent.objects.exists()


@pytest.mark.django_db
def test_each_change_of_mind_is_a_permission_of_its_own(won, ana, dana):
    story = shown(won, ana, staff=dana)
    change = {key: TICKS[key] for key in ("text_version", "text_language", "capacity")}
    services.change_surfaces(story=story, on_site=True, on_embed=False, **change, by=ana, now=NOW)

    signed = Consent.objects.order_by("number").values_list("number", "on_site", "on_embed")
    assert list(signed) == [(1, True, True), (2, True, False)]


@pytest.mark.django_db
def test_a_story_is_sent_once(won, ana):
    story = sent(won, ana)

    with pytest.raises(refusals.NotNow):
        services.submit(story=story, **TICKS, by=ana, now=NOW)
    assert Consent.objects.count() == 1

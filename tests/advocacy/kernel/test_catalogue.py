"""The Spanish catalogue: whole, up to date, in the voice of the pages, marked until a person has read it."""

import re
from itertools import zip_longest

import pytest
from babel.messages.catalog import Message
from django.utils.translation import gettext, ngettext, override

from advocacy.kernel import catalogue

# Words that are the same in both languages.
SAME = {"Error:", "Fax", "Federal", "Hmong"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
# Pages say "usted".
FAMILIAR = re.compile(
    r"\b(tú|tus?|tuy[oa]s?|te|ti|contigo|vos|vosotr[oa]s|eres|tienes|puedes|quieres|debes|necesitas)\b",
    re.IGNORECASE,
)
# "By" a day is "a más tardar el": this one would lose the day itself.
LOSES_A_DAY = re.compile(r"\bantes del\b", re.IGNORECASE)


def entries() -> list[Message]:
    found = [each for each in catalogue.read("es") if each.id]
    assert len(found) > 400, "the catalogue is too small to prove anything"
    return found


def forms(text: object) -> tuple[str, ...]:
    """Singular and plural, or the one form there is."""
    return tuple(str(each) for each in text) if isinstance(text, (tuple, list)) else (str(text),)


def pairs() -> list[tuple[str, str]]:
    """English and Spanish of every form; a form that one of them lacks stands as an empty text."""
    return [
        pair for each in entries() for pair in zip_longest(forms(each.id), forms(each.string), fillvalue="")
    ]


def spanish() -> list[str]:
    return [words for _, words in pairs()]


def test_every_string_has_its_spanish_and_none_is_stale() -> None:
    assert catalogue.missing("es") == [], "run manage.py catalogue and translate what it lists"


def test_the_compiled_file_is_made_from_the_catalogue() -> None:
    assert catalogue.po_path("es").with_suffix(".mo").read_bytes() == catalogue.compiled("es")


@pytest.mark.parametrize("what", [PLACEHOLDER, TAG], ids=["placeholders", "tags"])
def test_spanish_keeps_what_is_filled_in_and_marked_up(what: re.Pattern[str]) -> None:
    assert any(what.search(english) for english, _ in pairs())

    differ = [
        (english, words)
        for english, words in pairs()
        if sorted(what.findall(english)) != sorted(what.findall(words))
    ]

    assert differ == []


def test_spanish_is_not_english() -> None:
    same = {english for english, words in pairs() if english == words}

    assert same == SAME


def test_the_word_checks_find_what_they_look_for() -> None:
    assert FAMILIAR.search("Envíe tu carta") and FAMILIAR.search("Tú: nada que hacer")
    assert not FAMILIAR.search("Actualice su estado")
    assert LOSES_A_DAY.search("Mándelo antes del 4 de diciembre")


def test_spanish_says_usted() -> None:
    assert [words for words in spanish() if FAMILIAR.search(words)] == []


def test_a_last_day_is_not_lost() -> None:
    assert [words for words in spanish() if LOSES_A_DAY.search(words)] == []
    by_a_day = [(english, words) for english, words in pairs() if "by %(by)s" in english]
    assert by_a_day
    assert [words for _, words in by_a_day if "a más tardar el %(by)s" not in words] == []


def test_every_entry_says_that_a_person_must_read_it() -> None:
    unmarked = [each.id for each in entries() if catalogue.NEEDS_REVIEW not in each.user_comments]

    assert unmarked == []


def test_pages_read_the_compiled_file() -> None:
    one, many = "Encontramos %(number)s plan.", "Encontramos %(number)s planes."

    with override("es"):
        assert gettext("Ask for help") == "Pedir ayuda"
        for number, words in ((0, many), (1, one), (2, many), (1_000_000, many)):
            assert ngettext("%(number)s plan found.", "%(number)s plans found.", number) == words

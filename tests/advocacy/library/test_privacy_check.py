"""What is marked for a person to look at, and what is not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.library.privacy_check import Kind, find, pieces

MARKED = [
    ("The letter of May 26, 2026 came late", [("May 26, 2026", Kind.DATE)]),
    ("They said no on 5/26/2026", [("5/26/2026", Kind.DATE)]),
    ("on 5/26", [("5/26", Kind.DATE)]),
    ("dated 2026-05-26.", [("2026-05-26", Kind.DATE)]),
    ("on the 3rd of March", [("3rd of March", Kind.DATE)]),
    ("La carta del 26 de mayo de 2026", [("26 de mayo de 2026", Kind.DATE)]),
    ("Call (510) 555-0142 please", [("(510) 555-0142", Kind.PHONE)]),
    ("Call 510.555.0142", [("510.555.0142", Kind.PHONE)]),
    ("or +1 510-555-0142", [("+1 510-555-0142", Kind.PHONE)]),
    ("Write to rosa.m@example.org, please", [("rosa.m@example.org", Kind.EMAIL)]),
    ("123-45-6789", [("123-45-6789", Kind.SOCIAL)]),
    ("My member ID: XYZ123456789", [("member ID: XYZ123456789", Kind.MEMBER_ID)]),
    ("claim #44-7781", [("claim #44-7781", Kind.MEMBER_ID)]),
    ("number 900112233", [("900112233", Kind.MEMBER_ID)]),
    ("case 26-0142", [("case 26-0142", Kind.MEMBER_ID)]),
    ("I live at 12 Dock Street", [("12 Dock Street", Kind.PLACE)]),
    ("she is 7", [("is 7", Kind.AGE)]),
    ("a 7-year-old", [("7-year-old", Kind.AGE)]),
    ("Dr. Smith wrote it", [("Dr. Smith", Kind.NAME)]),
    ("My name is Rosa Reyes", [("My name is Rosa Reyes", Kind.NAME)]),
    ("Me llamo Rosa", [("Me llamo Rosa", Kind.NAME)]),
    ("My son has autism.", [("My son", Kind.HEALTH), ("autism", Kind.HEALTH)]),
    ("Mi hija tiene asma", [("Mi hija", Kind.HEALTH), ("tiene asma", None), ("asma", Kind.HEALTH)]),
    ("I have diabetes", [("I have", Kind.HEALTH), ("diabetes", Kind.HEALTH)]),
    ("my little sister needs dialysis", [("my little sister", Kind.HEALTH), ("dialysis", Kind.HEALTH)]),
    ("my mother had hepatitis", [("my mother", Kind.HEALTH), ("hepatitis", Kind.HEALTH)]),
]
PLAIN = [
    "Does my doctor have to file it for me?",
    "What if I missed the six months?",
    "The plan has 30 days. Is 180 days right?",
    "Can my son ask for himself?",
    "Do plans pay for cancer care?",
    "Is somebody there 24/7?",
    "It is 100% paid",
    "Is form 1095 enough?",
    "In this case 30 days are right?",
    "¿Puedo pedirlo otra vez?",
    "",
]


@pytest.mark.parametrize(("text", "expected"), MARKED, ids=[text for text, _ in MARKED])
def test_marked(text, expected):
    found = [(text[span.start : span.end], span.kind) for span in find(text)]

    assert found == [(words, kind) for words, kind in expected if kind]


@pytest.mark.parametrize("text", PLAIN)
def test_not_marked(text):
    assert find(text) == []


def test_a_person_in_one_sentence_and_an_illness_in_the_next_are_not_put_together():
    assert find("My son can ask. What is an autism service?") == []


@given(st.text(alphabet="aA1 (-/.@:#5myson autism", max_size=120))
def test_the_parts_are_the_text_and_marks_do_not_overlap(text):
    spans = find(text)

    assert "".join(piece.words for piece in pieces(text)) == text
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


def test_the_longest_question_is_read_quickly():
    for piece in ("1-", "my ", "a1", "case ", "12 Dock ", "a.a@", "May 1 "):
        find((piece * 600)[:600])

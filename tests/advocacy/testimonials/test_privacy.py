"""What may tell who somebody is: found in English and Spanish, and nothing in plain words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.kernel.privacy import personal_spans


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("Write to rosa.p@mail.example now", "email", "rosa.p@mail.example"),
        ("Write to rosa (at) mail.example", "email", "rosa (at) mail.example"),
        ("Call (559) 555-0142 today", "phone", "(559) 555-0142"),
        ("Call 559.555.0142 today", "phone", "559.555.0142"),
        ("Call +1 559 555 0142 today", "phone", "+1 559 555 0142"),
        ("On March 3, 2026 they called", "date", "March 3, 2026"),
        ("On 3/4/26 they called", "date", "3/4/26"),
        ("On 2026-03-04 they called", "date", "2026-03-04"),
        ("El 3 de marzo de 2026 llamaron", "date", "3 de marzo de 2026"),
        ("In September 2026 they called", "date", "September 2026"),
        ("On the 3rd of May it came", "date", "3rd of May"),
        ("My number GB-100200 was wrong", "member_id", "GB-100200"),
        ("My number 90210044 was wrong", "member_id", "90210044"),
        ("It was XEH123456789 on the card", "member_id", "XEH123456789"),
        ("Then Dr. Adams helped", "provider", "Dr. Adams"),
        ("Then Dr Ana Ruiz helped", "provider", "Dr Ana Ruiz"),
        ("La doctora Núñez ayudó", "provider", "doctora Núñez"),
        ("Then Sam Lee, LCSW helped", "provider", "Sam Lee, LCSW"),
        ("My son has autism and", "diagnosis", "autism"),
        ("Mi hijo tiene autismo y", "diagnosis", "autismo"),
        ("My breast cancer came back", "diagnosis", "cancer"),
        ("I was depressed then", "diagnosis", "depressed"),
        ("Golden Bay HMO said no", "name", "Golden Bay HMO"),
        ("golden bay hmo said no", "name", "golden bay hmo"),
    ],
)
def test_it_is_found(text, kind, piece):
    found = personal_spans(text, names=["Golden Bay HMO"])

    assert [(each.kind, each.text) for each in found if each.text == piece] == [(kind, piece)], found


@pytest.mark.parametrize(
    "text",
    [
        "They told me no twice. Somebody showed me one more door, and we went through it.",
        "I did not get what I asked for. I did get a clear reason at the end.",
        "It took 30 days and 2 letters. They may call. She may march on.",
        "Me dijeron que no dos veces. Me explicaron todo con calma.",
    ],
)
def test_plain_words_are_left_alone(text):
    assert personal_spans(text, names=["Golden Bay HMO", "Reyes"]) == []


def test_a_name_inside_a_longer_word_is_not_one():
    assert personal_spans("An analysis of Anaheim", names=["Ana", ""]) == []


@given(st.text(max_size=300), st.lists(st.text(max_size=10), max_size=3))
def test_spans_are_in_order_do_not_overlap_and_hold_what_they_say(text, names):
    spans = personal_spans(text, names=names)

    assert all(each.text == text[each.start : each.end] and each.text for each in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))

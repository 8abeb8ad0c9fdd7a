"""The few marks of an article."""

import pytest

from advocacy.library.markup import HEADING, LIST, PARAGRAPH, STEPS, Block, blocks, minutes_to_read
from tests.advocacy.library.pages import BODY


def test_a_page_is_read_into_its_blocks():
    assert blocks(BODY) == [
        Block(PARAGRAPH, ("A no is not the end.",)),
        Block(HEADING, ("First, ask the plan to look again",)),
        Block(PARAGRAPH, ("This is called a grievance. You can call, write, or use their page.",)),
        Block(LIST, ("Keep the letter.", "Keep the envelope.")),
        Block(STEPS, ("Write down the date.", "Call us.")),
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("\n\n \n", []),
        ("# ", [PARAGRAPH]),
        ("#no blank", [PARAGRAPH]),
        ("-5 degrees", [PARAGRAPH]),
        ("one\n\ntwo", [PARAGRAPH, PARAGRAPH]),
        ("- a\n\n- b", [LIST, LIST]),
        ("# a\n# b", [HEADING, HEADING]),
        ("words\n- a\nwords", [PARAGRAPH, LIST, PARAGRAPH]),
        ("* a\n• b\n2) c", [LIST, STEPS]),
        ("2026 was a year", [PARAGRAPH]),
        ("<b>bold</b>", [PARAGRAPH]),
    ],
)
def test_kinds(text, kinds):
    assert [block.kind for block in blocks(text)] == kinds


def test_no_mark_makes_html():
    assert blocks("<script>x</script>")[0].words == "<script>x</script>"


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (180, 1), (181, 2), (720, 4)])
def test_a_slow_reader_needs(words, minutes):
    assert minutes_to_read("word " * words) == minutes

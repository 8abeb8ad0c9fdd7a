"""The few marks an article may use, read into a structure that the template writes out. No HTML passes.

A blank line ends a paragraph. A line that starts with `#` is a heading, lines that start with `-` are
a list, lines that start with `1.`, `2.` … a numbered one. All else is words.
"""

import re
from dataclasses import dataclass
from typing import Final

HEADING: Final = "heading"
PARAGRAPH: Final = "paragraph"
LIST: Final = "list"
STEPS: Final = "steps"

WORDS_A_MINUTE: Final = 180

_MARKS: Final = (
    (HEADING, re.compile(r"#{1,6}\s+(.*)")),
    (LIST, re.compile(r"[-*•]\s+(.*)")),
    (STEPS, re.compile(r"\d{1,2}[.)]\s+(.*)")),
)


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or list. `lines` are a list's items; the others have one."""

    kind: str
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        return " ".join(self.lines)


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text, in order."""
    found: list[Block] = []
    joins = ""
    for line in text.splitlines():
        kind, words = _read(line.strip())
        if not words:
            joins = ""
        elif kind == joins and kind == PARAGRAPH:
            # A line that was broken by hand goes on in the same paragraph.
            found[-1] = Block(kind, (f"{found[-1].words} {words}",))
        elif kind == joins and kind in {LIST, STEPS}:
            found[-1] = Block(kind, (*found[-1].lines, words))
        else:
            found.append(Block(kind, (words,)))
            joins = kind
    return found


def minutes_to_read(text: str) -> int:
    """Return how many minutes a slow reader needs, at least one."""
    return max(1, -(-len(text.split()) // WORDS_A_MINUTE))


def _read(line: str) -> tuple[str, str]:
    for kind, mark in _MARKS:
        if match := mark.fullmatch(line):
            return kind, match[1].strip()
    return PARAGRAPH, line

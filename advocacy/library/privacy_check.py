"""What in a question may tell who somebody is, or of their health: marked, so that a person looks at it.

It rests on `kernel.privacy` and adds what readers write of themselves. An illness alone is what a question
may be about; it is marked where the same sentence speaks of a person near the writer. A mark is a question
to whoever reads it, and no mark is no promise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from advocacy.kernel import privacy


class Kind(StrEnum):
    """What a marked stretch looks like, in words that staff read."""

    EMAIL = "an e-mail address"
    PHONE = "a phone number"
    SOCIAL = "a Social Security number"
    MEMBER_ID = "a member or case number"
    DATE = "a date"
    AGE = "an age"
    PLACE = "a street address"
    NAME = "a name"
    HEALTH = "a person and an illness"


@dataclass(frozen=True)
class Span:
    """A stretch of the text, by the positions of its characters."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Piece:
    """A part of the text: marked with a kind, or plain."""

    words: str
    kind: Kind | None = None


_OF_THE_KERNEL: Final = {
    privacy.EMAIL: Kind.EMAIL,
    privacy.PHONE: Kind.PHONE,
    privacy.DATE: Kind.DATE,
    privacy.MEMBER_ID: Kind.MEMBER_ID,
    privacy.PROVIDER: Kind.NAME,
    privacy.NAME: Kind.NAME,
}
_STREETS = r"street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|way|place|pl"
# Names are told by their capitals, so they are read with care for case.
_NAME = r"[A-ZÁÉÍÓÚÑ][\w'’-]+(?: [A-ZÁÉÍÓÚÑ][\w'’-]+)?"

# Earlier ones win where two overlap.
_PATTERNS: Final = (
    (Kind.SOCIAL, re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    (
        Kind.MEMBER_ID,
        re.compile(
            r"\b(?:member|claim|case|policy|group|record|mrn|id|miembro|reclamo|caso)"
            r"(?: (?:id|number|no\.?|num\.?|is|es))* ?[:#]? ?#?(?:[a-z-]*\d){3,}[a-z0-9-]*",
            re.IGNORECASE,
        ),
    ),
    (Kind.DATE, re.compile(r"(?<![\d/])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![\d/])")),
    (
        Kind.AGE,
        re.compile(
            r"\b\d{1,3}[ -](?:years?|months?)[ -]olds?\b|\b(?:is|am|turned|aged?|tiene|tengo) \d{1,3}\b"
            r"(?! ?(?:%|[a-z]* ?(?:days?|weeks?|hours?|dollars|times?|días|semanas|horas)))",
            re.IGNORECASE,
        ),
    ),
    (Kind.PLACE, re.compile(rf"\b\d{{1,6}} (?:[\w'.]+ ){{1,3}}(?:{_STREETS})\b", re.IGNORECASE)),
    (Kind.NAME, re.compile(rf"\b(?:[Mm]rs?|[Mm]s|[Ss]r|[Ss]rt?a)\b\.? {_NAME}")),
    (
        Kind.NAME,
        re.compile(rf"\b(?:[Mm]y name is|[Mm]e llamo|[Mm]i nombre es|[Nn]amed|[Ss]e llama) {_NAME}"),
    ),
)
_PEOPLE = re.compile(
    r"\b(?:my (?:[\w-]+ ){0,2}?(?:son|daughter|child|kid|baby|wife|husband|spouse|partner|mother|mom|father|"
    r"dad|sister|brother|grand(?:mother|father|ma|pa|son|daughter)|aunt|uncle|friend|student|patient)|"
    r"mi (?:hij[oa]|niñ[oa]|bebé|espos[oa]|marido|mujer|pareja|madre|mamá|padre|papá|herman[oa]|abuel[oa]|"
    r"niet[oa]|tí[oa]|amig[oa])|i have|i had|i was diagnosed|i suffer|i take|tengo|padezco|sufro|tomo)\b",
    re.IGNORECASE,
)
# Beyond the kernel's list: what many names of illnesses end with, and words for the care itself.
_ILLNESS = re.compile(
    r"\b(?:\w{3,}(?:itis|osis|emia|oma|algia|pathy|plegia)|adhd|disabilit\w+|discapacidad|disorder|trastorno|"
    r"s[yí]ndrome|disease|enfermedad|derrame|(?:speech|physical|occupational) therapy|terapia del habla)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


def find(text: str) -> list[Span]:
    """Return the stretches to look at, in order; none overlaps another."""
    known = privacy.personal_spans(text)
    taken: list[Span] = []
    for span in [*_matches(text), *_shared(known), *_people_and_illness(text, known)]:
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def pieces(text: str) -> list[Piece]:
    """Return the whole text in parts, the marked ones with their kind."""
    found: list[Piece] = []
    at = 0
    for span in find(text):
        found += [Piece(text[at : span.start]), Piece(text[span.start : span.end], span.kind)]
        at = span.end
    return [piece for piece in [*found, Piece(text[at:])] if piece.words]


def _matches(text: str) -> Iterator[Span]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), kind)


def _shared(known: list[privacy.Span]) -> Iterator[Span]:
    for each in known:
        if each.kind in _OF_THE_KERNEL:
            yield Span(each.start, each.end, _OF_THE_KERNEL[each.kind])


def _people_and_illness(text: str, known: list[privacy.Span]) -> Iterator[Span]:
    """Mark both where one sentence speaks of a person near the writer and of an illness."""
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        people = [match.span() for match in _PEOPLE.finditer(text, start, end)]
        illnesses = [match.span() for match in _ILLNESS.finditer(text, start, end)]
        illnesses += [
            (each.start, each.end)
            for each in known
            if each.kind == privacy.DIAGNOSIS and start <= each.start < end
        ]
        if people and illnesses:
            yield from (Span(*each, Kind.HEALTH) for each in [*people, *illnesses])

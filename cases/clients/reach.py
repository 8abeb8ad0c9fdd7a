"""How a client may be reached: by what they chose, and by what we have of them. Pure.

What they chose holds even where it cannot be used: an address they did not choose may not be safe.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import product
from typing import Final


class Reach(StrEnum):
    """What a client chose; the empty one is no choice yet."""

    UNSAID = ""
    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"
    NOT = "not"


REACH_WORDS: Final = {
    Reach.UNSAID: "They have not said",
    Reach.EMAIL: "By e-mail",
    Reach.PHONE: "By phone",
    Reach.LETTER: "By a letter",
    Reach.NOT: "Not at all: tell who works the case",
}


class Way(StrEnum):
    """By which way we tell a client of a date; the last: who works the case finds one."""

    EMAIL = "email"
    CALL = "call"
    LETTER = "letter"
    ADVOCATE = "advocate"


def way_of(reach: str, *, email: bool, phone: bool, address: bool) -> Way:
    """Return the way to tell a client, given which of the three we have.

    Without a choice: by e-mail, else by a call, else by a letter.
    """
    have = {Reach.EMAIL: email, Reach.PHONE: phone, Reach.LETTER: address}
    ways = {Reach.EMAIL: Way.EMAIL, Reach.PHONE: Way.CALL, Reach.LETTER: Way.LETTER}
    chosen = list(ways) if reach == Reach.UNSAID else [each for each in ways if each == reach]
    return next((ways[each] for each in chosen if have[each]), Way.ADVOCATE)


def may_be_mailed(reach: str) -> bool:
    """True unless they chose another way than mail, or none: nothing goes there that they did not ask for."""
    return reach in (Reach.UNSAID, Reach.EMAIL)


def every_way() -> Iterator[tuple[str, bool, bool, bool, str]]:
    """Yield the whole rule as rows: choice, and whether we have e-mail, phone and address; then the way."""
    yes_or_no = (True, False)
    for reach, email, phone, address in product(Reach, yes_or_no, yes_or_no, yes_or_no):
        way = way_of(reach, email=email, phone=phone, address=address)
        yield reach.value, email, phone, address, way.value


def asks_for(reach: str, *, email: str, phone: str, address: str) -> str:
    """Return the name of what a choice needs and we do not have, "" if it needs nothing more."""
    needs = {
        Reach.EMAIL.value: ("email", email),
        Reach.PHONE.value: ("phone", phone),
        Reach.LETTER.value: ("address", address),
    }
    name, held = needs.get(reach, ("", "nothing"))
    return "" if held.strip() else name


def in_words(reach: str, way: Way, *, voicemail: bool, shared: bool, safe_words: str) -> list[str]:
    """Return, sentence by sentence, how a client may be reached, for whoever is about to."""
    said = {
        Way.EMAIL: "By e-mail",
        Way.CALL: "By phone",
        Way.LETTER: "By a letter",
        Way.ADVOCATE: "We have no way to reach them: find one",
    }[way]
    if reach == Reach.UNSAID:
        words = [f"{said}: they have not said otherwise" if way != Way.ADVOCATE else said]
    elif reach == Reach.NOT:
        words = ["Not at all: no call, no e-mail, no letter"]
    elif way == Way.ADVOCATE:
        words = [f"{REACH_WORDS[Reach(reach)]}, which we do not have: ask them for it"]
    else:
        words = [said]
    if way == Way.CALL:
        words.append("You may leave a voicemail" if voicemail else "Leave no voicemail")
    if shared:
        words.append("Others may answer or read it: say only “please call us”")
    if safe_words:
        words.append(safe_words.rstrip("."))
    return words

"""May this person speak for the client on that day? What a signed form gives, and what it still lacks. Pure.

Consent is per body: the plan has its own form, DMHC its Authorized Assistant Form, CDI its designation of an
agent. A body speaks with nobody who is not named on its own form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from advocacy.kernel.text import count_of, legal_day

ENDS_SOON_DAYS = 30


class Speaker(StrEnum):
    """Who files: in the client's own name, or for the client, which takes an authorization."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"


class State(StrEnum):
    """Where a form stands on a day. Only the first two let somebody speak."""

    IN_FORCE = "in force"
    ENDS_SOON = "ends soon"
    UNSIGNED = "missing signature"
    EXPIRED = "expired"
    ENDED = "ended"


# What says most about a form nobody speaks by: first the one that only waits for a signature.
NEAREST = list(State)
PILLS = {
    State.IN_FORCE: "ok",
    State.ENDS_SOON: "soon",
    State.UNSIGNED: "needed",
    State.EXPIRED: "soon",
    State.ENDED: "plain",
}
# By the body a form is made out to: somebody speaks (`{who}`), nobody speaks yet, nobody speaks any more.
SAID = {
    "plan": (
        "The plan speaks with {who}",
        "The plan will not speak with us yet",
        "The plan no longer speaks with us",
    ),
    "dmhc": (
        "DMHC speaks with {who}",
        "DMHC will not speak with us yet",
        "DMHC no longer speaks with us",
    ),
    "cdi": (
        "CDI speaks with {who}",
        "CDI will not speak with us yet",
        "CDI no longer speaks with us",
    ),
    "records": (
        "Records may go to {who}",
        "Nobody will send us records yet",
        "Nobody sends us records any more",
    ),
    "organisation": (
        "We may speak with {who}",
        "We may speak with nobody but the client yet",
        "We may speak with nobody but the client any more",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a form says: to which body, who must sign and has, until when.

    `stands_instead` names the paper that stands for the signature of a client who cannot sign. Without
    `expires_on` the form names no last day.
    """

    body: str
    form: str
    both_sign: bool
    client_signed_on: date | None = None
    representative_signed_on: date | None = None
    stands_instead: str = ""
    expires_on: date | None = None

    def missing_on(self, day: date) -> list[str]:
        """Return whose signatures the form lacks on a day: "client", "representative"."""
        lacks = []
        if not self.stands_instead and _not_yet(self.client_signed_on, day):
            lacks.append("client")
        if self.both_sign and _not_yet(self.representative_signed_on, day):
            lacks.append("representative")
        return lacks


def _not_yet(signed_on: date | None, day: date) -> bool:
    return signed_on is None or signed_on > day


@dataclass(frozen=True)
class Standing:
    """Where a form stands on a day: the words of a pill, and why nobody speaks by it ("" if somebody does).

    `days_left` is None where the form names no last day, or is not in force.
    """

    state: State
    words: str
    why: str = ""
    days_left: int | None = None

    @property
    def in_force(self) -> bool:
        """Tell whether the body speaks with the representative on that day."""
        return self.state in {State.IN_FORCE, State.ENDS_SOON}

    @property
    def pill(self) -> str:
        return PILLS[self.state]


def standing_on(terms: Terms, day: date, *, ended_on: date | None = None) -> Standing:
    """Return where a form stands on a day. Its last day still counts; the day somebody ended it does not."""
    if ended_on is not None and ended_on <= day:
        return Standing(State.ENDED, "Ended", f"was ended on {legal_day(ended_on)}")
    if terms.expires_on is not None and terms.expires_on < day:
        return Standing(State.EXPIRED, "Expired", f"expired on {legal_day(terms.expires_on)}")
    if lacks := terms.missing_on(day):
        whose = " and ".join(f"the {person}’s signature" for person in lacks)
        return Standing(State.UNSIGNED, f"Missing signature of {' and '.join(lacks)}", f"lacks {whose}")
    if terms.expires_on is None:
        return Standing(State.IN_FORCE, "In force")
    left = (terms.expires_on - day).days
    if left > ENDS_SOON_DAYS:
        return Standing(State.IN_FORCE, "In force", days_left=left)
    return Standing(
        State.ENDS_SOON, f"Ends in {count_of(left, 'day')}" if left else "Ends today", days_left=left
    )


@dataclass(frozen=True)
class Held:
    """One form that is on file: its terms, the representative's name, and where it stands."""

    terms: Terms
    who: str
    standing: Standing


def best(forms: Sequence[Held]) -> Held | None:
    """Return the form that says most: it lasts longest, or is nearest to being in force."""
    speaking = [held for held in forms if held.standing.in_force]
    if speaking:
        return max(speaking, key=_last_day)
    return min(forms, key=lambda held: NEAREST.index(held.standing.state), default=None)


def _last_day(held: Held) -> date:
    return held.terms.expires_on or date.max


def sentence(body: str, forms: Sequence[Held]) -> str:
    """Say with whom a body speaks for the client, or why it does not, from all forms made out to it."""
    somebody, not_yet, no_longer = SAID[body]
    speaking = [held for held in forms if held.standing.in_force]
    if speaking:
        people = " and ".join(dict.fromkeys(f"{held.who} {_until(held)}" for held in speaking))
        return f"{somebody.format(who=people)}."
    held = best(forms)
    if held is None:
        return f"{not_yet}: no form is on file."
    begin = not_yet if held.standing.state == State.UNSIGNED else no_longer
    return f"{begin}: “{held.terms.form}” {held.standing.why}."


def _until(held: Held) -> str:
    day = held.terms.expires_on
    return f"until {legal_day(day)}" if day else "(the form names no last day)"

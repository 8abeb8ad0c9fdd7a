"""What was sent where, by whom and how, and whether it is known to have arrived."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from advocacy.kernel.text import short_day
from cases.casefile.models import Event
from cases.deadlines.derivation import Part
from cases.deadlines.models import Deadline
from cases.deadlines.wording import by_part, noon, shown

# What was sent, to whom, the facts that show it arrived, and the clock of the acknowledgment.
SENT: dict[str, tuple[str, str, frozenset[str], Part | None]] = {
    "grievance_filed": (
        "Grievance", "the plan", frozenset({"grievance_acknowledged", "grievance_answered"}),
        Part.ACKNOWLEDGE,
    ),
    "imr_filed": (
        "IMR application", "the department",
        frozenset({"imr_acknowledged", "imr_accepted", "imr_rejected", "imr_decided"}), Part.ACCEPT,
    ),
    "complaint_filed": (
        "Complaint", "the department", frozenset({"complaint_answered", "complaint_decided"}), None,
    ),
}  # fmt: skip
CHANNELS = {
    "portal": "the plan's website", "web": "the department's website", "fax": "fax", "mail": "mail",
    "phone": "phone", "review": "made of the IMR application",
}  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One line of the ledger. `state` is a pill's: ok, wait or soon."""

    what: str
    to: str
    on: date
    how: str
    by: str
    reference: str
    state: str
    words: str


def ledger(events: Iterable[Event], deadlines: Iterable[Deadline], today: date) -> list[Sent]:
    """Return what was sent, oldest first. `events` are the standing facts, with who recorded each."""
    facts, parts = list(events), by_part(deadlines)
    return [_sent(event, facts, parts, today) for event in facts if event.kind in SENT]


def _sent(event: Event, facts: list[Event], parts: dict[Part, Deadline], today: date) -> Sent:
    what, to, arrivals, part = SENT[event.kind]
    clock = parts.get(part) if part else None
    state, words = _arrival(event, [fact for fact in facts if fact.kind in arrivals], clock, today)
    return Sent(
        what=what,
        to=to,
        on=event.occurred_on,
        how=CHANNELS.get(event.details.get("channel", ""), ""),
        by=event.recorded_by.name,
        reference=event.details.get("reference", ""),
        state=state,
        words=words,
    )


def _arrival(event: Event, arrivals: list[Event], clock: Deadline | None, today: date) -> tuple[str, str]:
    heard = next((fact for fact in arrivals if fact.occurred_on >= event.occurred_on), None)
    if event.details.get("channel") == "review":
        return "ok", "The department made it"
    if heard is not None:
        return "ok", f"They have it: {short_day(heard.occurred_on, today=today)}"
    if clock is None or clock.state != "open":
        return "soon", "Not confirmed: ask"
    if today > clock.act_on:
        return "soon", f"Not confirmed since {short_day(clock.act_on, today=today)}: ask"
    return "wait", f"Confirmation due {short_day(shown(clock, noon(today)).on, today=today)}"

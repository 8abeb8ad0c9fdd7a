"""When, and to whom, an organisation has its dates told: what it chose, or the default. Pure."""

from dataclasses import dataclass, fields
from datetime import time
from enum import StrEnum
from typing import Final

from cases.deadlines.derivation import Part, part_of


class Family(StrEnum):
    """A family of rules that may have a policy of its own; the value is what people read."""

    GRIEVANCE = "Grievances with the plan"
    REVIEW = "Independent Medical Reviews"
    COMPLAINT = "Complaints to the department"
    OTHER = "Every other date"


_FAMILY_OF: Final = {
    Part.COMPLAIN: Family.GRIEVANCE,
    Part.ACKNOWLEDGE: Family.GRIEVANCE,
    Part.ANSWER: Family.GRIEVANCE,
    Part.COMPLAIN_TO_DEPARTMENT: Family.COMPLAINT,
    Part.ANSWER_DEPARTMENT: Family.COMPLAINT,
    Part.DECIDE_COMPLAINT: Family.COMPLAINT,
}


def family_of(rule: str) -> Family:
    """Return the family of a rule, by what its clock is there for."""
    part = part_of(rule)
    return Family.OTHER if part is None else _FAMILY_OF.get(part, Family.REVIEW)


@dataclass(frozen=True)
class Policy:
    """How one family of dates is spoken of. Days and hours count back from the moment to act on.

    `also` names the roles that are told beside the case's owner; `escalate_days` are working days.
    Quiet hours are those of the person's own zone; a clock that runs in hours does not keep them.
    """

    ours_days: tuple[int, ...] = (30, 14, 7, 3, 1, 0)
    ours_hours: tuple[int, ...] = (24, 6, 1, 0)
    theirs_every_days: int = 7
    also: tuple[str, ...] = ()
    client_days: tuple[int, ...] = (7, 1)
    escalate_days: int = 3
    send_at: time = time(8, 0)
    quiet_from: time = time(20, 0)
    quiet_until: time = time(7, 0)


DEFAULT: Final = Policy()
NAMES: Final = tuple(field.name for field in fields(Policy))

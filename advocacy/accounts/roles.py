"""Roles and permissions as one table, in words a user can read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing a member may do; the value says it in words."""

    CASE_READ = "see cases and clients"
    CASE_READ_ALL = "see every case, not only those assigned to them"
    CASE_OPEN = "take clients in and open cases"
    CASE_WRITE = "write facts, notes and papers"
    CASE_ASSIGN = "give a case to another person"
    FILE = "file grievances and reviews"
    AUDIT_READ = "see who looked at what"
    STORIES = "review clients' stories"
    REMIND = "choose when people are reminded"
    PEOPLE = "bring people in, change their roles, let them go"
    KEYS = "see and end every program's key"


@dataclass(frozen=True)
class Role:
    """A role: what it is called, what it is for, and what it may do."""

    key: str
    name: str
    description: str
    permissions: frozenset[Permission]


_READ = frozenset({Permission.CASE_READ, Permission.CASE_READ_ALL})
_WORK = _READ | {Permission.CASE_OPEN, Permission.CASE_WRITE, Permission.FILE}
_LEAD = _WORK | {Permission.CASE_ASSIGN, Permission.AUDIT_READ, Permission.STORIES, Permission.REMIND}

OWNER: Final = Role(
    "owner",
    "Owner",
    "Answers for the organization here: brings people in, and sees every case.",
    frozenset(_LEAD | {Permission.PEOPLE, Permission.KEYS}),
)
SUPERVISOR: Final = Role(
    "supervisor", "Supervisor", "Sees every case, gives cases to people, steps in when a date is at risk.",
    frozenset(_LEAD),
)  # fmt: skip
ADVOCATE: Final = Role(
    "advocate", "Advocate", "Works cases: takes clients in, files grievances and reviews.", frozenset(_WORK)
)
VOLUNTEER: Final = Role(
    "volunteer", "Volunteer", "Helps on the cases that are assigned to them, and sees only those.",
    frozenset({Permission.CASE_READ, Permission.CASE_WRITE}),
)  # fmt: skip
AUDITOR: Final = Role(
    "auditor", "Auditor", "Reads every case and who looked at it, and changes nothing.",
    _READ | {Permission.AUDIT_READ},
)  # fmt: skip

ROLES: Final[dict[str, Role]] = {role.key: role for role in (OWNER, SUPERVISOR, ADVOCATE, VOLUNTEER, AUDITOR)}

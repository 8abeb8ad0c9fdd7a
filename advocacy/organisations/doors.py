"""Which door may do what to which table: one line each, compared with the catalogue at every start.

`manage.py migrate`, run as the owner, brings the database to this page; the audit of locks fails until
both agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from advocacy.organisations.scope import Door


@dataclass(frozen=True)
class Where:
    """A door that passes for some rows only: those for which the condition (SQL over the row) holds."""

    door: Door
    condition: str


Pass: TypeAlias = Door | Where
Commands: TypeAlias = Mapping[str, tuple[Pass, ...]]

STAFF, JOB = Door.STAFF, Door.JOB
WORK = (STAFF, JOB)

# Read and written by people at work and by background jobs; nothing is ever deleted.
_KEPT: Final[Commands] = {"SELECT": WORK, "INSERT": WORK, "UPDATE": WORK, "DELETE": ()}
# Written once: history may not be rewritten.
_WRITTEN_ONCE: Final[Commands] = {"SELECT": WORK, "INSERT": WORK, "UPDATE": (), "DELETE": ()}
# The queue belongs to the jobs; people only look.
_QUEUE: Final[Commands] = {"SELECT": WORK, "INSERT": (JOB,), "UPDATE": WORK, "DELETE": ()}

DOORS: Final[Mapping[str, Commands]] = {
    "audit_event": _WRITTEN_ONCE,
    "client": _KEPT,
    "coverage": _KEPT,
    "case_number": _KEPT,
    "case_file": _KEPT,
    "denial": _KEPT,
    "event": _WRITTEN_ONCE,
    "note": _WRITTEN_ONCE,
    "document": _WRITTEN_ONCE,
    "deadline": _KEPT,
    "grievance": _KEPT,
    "imr_filing": _KEPT,
    "reminder": _QUEUE,
    "reminder_attempt": {"SELECT": WORK, "INSERT": (JOB,), "UPDATE": (), "DELETE": ()},
}

# Tables outside the locks, each with its reason. Every other table must carry all of them.
OUTSIDE_THE_LOCKS: Final[Mapping[str, str]] = {
    "organisation": "sign-in finds it before any scope",
    "heartbeat": "numbers only, read by the health page",
    "person": "an e-mail address, shared by organisations",
    "membership": "sign-in finds it before any scope",
    "platform_event": "ids only: sign-ins, operators' acts, refusals",
    "outgoing_mail": "bodies encrypted, emptied when sent; without health data",
    "cache_entry": "sign-in limits and small counts, no client's data",
    "django_session": "found by its random key before any scope",
    "django_content_type": "Django's own",
    "django_migrations": "Django's own",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
    "auth_permission": "Django's own, unused",
    "account_emailaddress": "sign-in",
    "account_emailconfirmation": "sign-in",
    "mfa_authenticator": "sign-in, second factors",
}

# Functions that run with their owner's rights, each with its reason.
DEFINER_FUNCTIONS: Final[Mapping[str, str]] = {
    "reminders_due": "tells which organisations have reminders due, and nothing else",
}

# Roles that read one table across organisations, for one function.
SCAN_ROLE: Final = "app_scan"
SCANNED_TABLES: Final = frozenset({"reminder"})

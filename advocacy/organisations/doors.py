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

STAFF, JOB, PORTAL, PUBLIC, KEY = Door.STAFF, Door.JOB, Door.PORTAL, Door.PUBLIC, Door.KEY
WORK = (STAFF, JOB)

_PERSON = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
# The clients whose file the person in scope may read in the portal.
_OWN_CLIENTS = (
    "(SELECT access.client_id FROM portal_access AS access "  # noqa: S608 (constants)
    f"WHERE access.user_id = {_PERSON} AND access.ended_at IS NULL "
    "AND (access.expires_at IS NULL OR access.expires_at > now()))"
)
OWN = Where(PORTAL, f"client_id IN {_OWN_CLIENTS}")
OWN_CLIENT = Where(PORTAL, f"id IN {_OWN_CLIENTS}")
PUBLISHED = Where(PUBLIC, "state = 'published'")
# What the public hands in waits for a person: it cannot come in as shown, or as dealt with.
ASKED = Where(PUBLIC, "state = 'waiting'")
REQUESTED = Where(PUBLIC, "state = 'new'")
ON_SITE = Where(PUBLIC, "(state = 'published' AND on_site)")
ON_EMBED = Where(KEY, "(state = 'published' AND on_embed)")
# A calendar reads dates and the numbers of cases, and nothing else of anybody: of the organisation, for who
# works there; of their own clients, for who reads those in the portal.
_WORKS_HERE = (
    f"{_PERSON} IN (SELECT member.user_id FROM membership AS member WHERE member.left_at IS NULL AND "  # noqa: S608
    "member.organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid))"
)
ON_CALENDAR = Where(KEY, f"({_WORKS_HERE} OR client_id IN {_OWN_CLIENTS})")
# Kept for a day, and then for nobody: the one thing that is ever deleted.
EXPIRED = tuple(Where(door, "expires_at <= now()") for door in WORK)
OWN_ACCESS = tuple(Where(door, f"user_id = {_PERSON}") for door in (PORTAL, KEY))

# Read and written by people at work and by background jobs; nothing is ever deleted.
_KEPT: Final[Commands] = {"SELECT": WORK, "INSERT": WORK, "UPDATE": WORK, "DELETE": ()}
# The same, and a client reads their own.
_SHOWN: Final[Commands] = {"SELECT": (*WORK, OWN), "INSERT": WORK, "UPDATE": WORK, "DELETE": ()}
# And a calendar reads it by its key.
_ON_CALENDAR: Final[Commands] = {
    "SELECT": (*WORK, OWN, ON_CALENDAR), "INSERT": WORK, "UPDATE": WORK, "DELETE": (),
}  # fmt: skip
# Written once: history may not be rewritten.
_WRITTEN_ONCE: Final[Commands] = {"SELECT": WORK, "INSERT": WORK, "UPDATE": (), "DELETE": ()}
# Written once, also by the client; each side reads it.
_EXCHANGED: Final[Commands] = {"SELECT": (*WORK, OWN), "INSERT": (*WORK, OWN), "UPDATE": (), "DELETE": ()}
# The queue belongs to the jobs; people only look.
_QUEUE: Final[Commands] = {"SELECT": WORK, "INSERT": (JOB,), "UPDATE": WORK, "DELETE": ()}

DOORS: Final[Mapping[str, Commands]] = {
    # A client is shown who looked at their file; every door leaves its trace.
    "audit_event": {
        "SELECT": (*WORK, OWN), "INSERT": (*WORK, PORTAL, PUBLIC, KEY), "UPDATE": (), "DELETE": (),
    },
    "client": {"SELECT": (*WORK, OWN_CLIENT), "INSERT": WORK, "UPDATE": WORK, "DELETE": ()},
    "coverage": _SHOWN,
    "representative": _KEPT,
    "authorisation": _KEPT,
    "provider": _KEPT,
    "portal_access": {
        "SELECT": (*WORK, *OWN_ACCESS), "INSERT": WORK, "UPDATE": WORK, "DELETE": (),
    },
    "case_number": _KEPT,
    "case_file": _ON_CALENDAR,
    "denial": _SHOWN,
    "event": {"SELECT": (*WORK, OWN), "INSERT": WORK, "UPDATE": (), "DELETE": ()},
    "note": _WRITTEN_ONCE,
    "phone_call": _WRITTEN_ONCE,
    "task": _KEPT,
    "document": _EXCHANGED,
    "document_kind": _WRITTEN_ONCE,
    "deadline": _ON_CALENDAR,
    "grievance": _SHOWN,
    "imr_filing": _SHOWN,
    "appeal": _SHOWN,
    # The recipient marks it read.
    "message": {
        "SELECT": (*WORK, OWN), "INSERT": (*WORK, OWN), "UPDATE": (*WORK, OWN), "DELETE": (),
    },
    "help_request": {"SELECT": WORK, "INSERT": (*WORK, REQUESTED), "UPDATE": WORK, "DELETE": ()},
    "article": {"SELECT": (*WORK, PUBLISHED), "INSERT": WORK, "UPDATE": WORK, "DELETE": ()},
    "question": {"SELECT": (*WORK, PUBLISHED), "INSERT": (*WORK, ASKED), "UPDATE": WORK, "DELETE": ()},
    # The public sees what its author lets it see where; words leave the row when it is taken down.
    "testimonial": {
        "SELECT": (*WORK, OWN, ON_SITE, ON_EMBED), "INSERT": (*WORK, OWN), "UPDATE": (*WORK, OWN),
        "DELETE": (),
    },
    "testimonial_version": _EXCHANGED,
    "testimonial_consent": _EXCHANGED,
    # Numbers only, kept by whoever moves a story.
    "story_figures": {
        "SELECT": (*WORK, PORTAL, PUBLIC), "INSERT": (*WORK, PORTAL), "UPDATE": (*WORK, PORTAL), "DELETE": (),
    },
    # What a program was answered, so that a request sent twice has one effect.
    "api_answer": {"SELECT": WORK, "INSERT": (STAFF,), "UPDATE": (), "DELETE": EXPIRED},
    "reminder": _QUEUE,
    "reminder_policy": _KEPT,
    "reminder_hours": _KEPT,
    "absence": _KEPT,
    "stand_in": _KEPT,
    "emergency_contact": _KEPT,
    "nudge": _KEPT,
    "reminder_attempt": {"SELECT": WORK, "INSERT": (JOB,), "UPDATE": (), "DELETE": ()},
    "reminder_digest": {"SELECT": WORK, "INSERT": (JOB,), "UPDATE": (), "DELETE": ()},
    # The job that asked may ask another person in their place.
    "reminder_handover": {"SELECT": WORK, "INSERT": (JOB,), "UPDATE": (JOB,), "DELETE": ()},
}  # fmt: skip

# Tables outside the locks, each with its reason. Every other table must carry all of them.
OUTSIDE_THE_LOCKS: Final[Mapping[str, str]] = {
    "organisation": "sign-in finds it before any scope",
    "heartbeat": "numbers only, read by the health page",
    "person": "an e-mail address, shared by organisations",
    "membership": "sign-in finds it before any scope",
    "access_key": "opens a door before any scope; hashes only",
    "sign_in_code": "sign-in; hashes only",
    "platform_event": "ids only: sign-ins, operators' acts, refusals",
    "outgoing_mail": "bodies encrypted, emptied when sent; without health data",
    "mail_suppressed": "addresses that take no mail, and nothing of whose they are",
    "send_hold": "one row of the platform: whether mail is held, and why",
    "cache_entry": "sign-in limits and small counts, no client's data",
    "django_admin_log": "what operators did in the console, no client's data",
    "pghistory_context": "who changed a directory record",
    "regulator": "the directory: public facts, the same for every organisation",
    "office": "the directory: public facts",
    "form": "the directory: public facts",
    "form_version": "the directory: public facts",
    "health_plan": "the directory: public facts",
    "regulator_event": "history of a directory record, written by a trigger",
    "office_event": "history of a directory record, written by a trigger",
    "form_event": "history of a directory record, written by a trigger",
    "form_version_event": "history of a directory record, written by a trigger",
    "health_plan_event": "history of a directory record, written by a trigger",
    "session": "found by its random key before any scope",
    "invitation": "found by its link before any scope; an address and a role",
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

"""For each address that takes a form: what a person would post, and what they meant by it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from advocacy.kernel.lifecycle import Move
from cases.appeals.lifecycle import LIFE as COMPLAINT
from cases.deadlines.models import Deadline
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.imr.lifecycle import LIFE as IMR
from tests.security.tenants import Tenant

LIVES = {"grievances": GRIEVANCE, "appeals": COMPLAINT, "imr": IMR}


def move_addresses() -> dict[str, Move]:
    """Return the names of the addresses that record a declared move, each with its move."""
    return {f"{feature}:{move.name}": move for feature, life in LIVES.items() for move in life.recorded()}


# Nobody speaks for the client: the client files.
HERSELF = {"speaker": "client"}


def boxes(name: str, day: date) -> dict[str, str]:
    """A day as the three boxes post it."""
    return {f"{name}_{part}": str(getattr(day, part)) for part in ("month", "day", "year")}


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("walked.txt", b"walked")


def closing(dates: Iterable[Deadline]) -> dict[str, str]:
    """Return what somebody says who closes a case with these dates."""
    return {
        f"{part}-{each.pk}": words
        for each in dates
        for part, words in (("what", "waived"), ("words", "walked"))
    }


def bodies(tenant: Tenant, day: date, *, coverage_id: object = "") -> dict[str, dict[str, Any]]:
    """Return a body that each address accepts from somebody who may use it, by name of the pattern."""
    owner, second = (str(person.pk) for person in list(tenant.people.values())[:2])
    client = {"given_name": "Walked", "family_name": "Over", "phone": "", "email": "", "language": "en"}
    plan = {
        "plan_name": "Walked plan", "member_id": "1", "delegate": "", "regulator": "dmhc",
        "evidence_kind": "card", "evidence": "", "certainty": "likely",
    }  # fmt: skip
    person = {"name": "Walked", "relation": "friend", "phone": "", "email": ""}
    authorisation = {"body": "plan", "form": "walked", "both_sign": "client"}
    provider = {"name": "Walked", "kind": "doctor", "phone": "", "fax": "", "address": "", "in_network": "no"}
    case = {"service": "walked", "coverage": str(coverage_id), "urgency": "standard", "owner": owner}
    return {
        "portal:sign_in": {"email": "nobody@demo.example"},
        "portal:join": {"words": "ABCD-EFGH-JKLM"},
        "portal:code": {"code": "ABCD2345"},
        "portal:language": {"language": "es"},
        "portal:talk": {"text": "walked"},
        "portal:send_paper": {"file": paper(), "title": "walked"},
        "accounts:theme": {"theme": "dark", "next": "/"},
        "account_login": {"login": "nobody@demo.example", "password": "not the right sentence"},
        "account_reset_password": {"email": "nobody@demo.example"},
        "dashboard:invite": {"email": "walked@demo.example", "role": "volunteer"},
        "dashboard:send_again": {},
        "dashboard:withdraw": {},
        "dashboard:change_role": {"role": "supervisor"},
        "dashboard:hand_over": {"cases_to": owner, "tasks_to": owner},
        "dashboard:leave": {"cases_to": owner, "tasks_to": owner},
        "casefile:new_client": client,
        "casefile:correct_client": client,
        "casefile:add_coverage": plan,
        "casefile:correct_coverage": plan,
        "casefile:add_representative": person,
        "casefile:correct_representative": person,
        "casefile:authorise": authorisation,
        "casefile:correct_authorisation": authorisation,
        "casefile:end_authorisation": {},
        "casefile:add_provider": provider,
        "casefile:correct_provider": provider,
        "casefile:invite": {
            "name": "Walked",
            "email": "walked@demo.example",
            "capacity": "parent",
            "language": "en",
        },
        "casefile:end_access": {},
        "messages:send": {"text": "walked"},
        "messages:read": {},
        "casefile:open_case": case,
        "casefile:correct_case": case,
        "casefile:record_denial": {
            **boxes("dated_on", day),
            **boxes("received_on", day),
            "how_received": "mail",
            "reason": "necessity",
            "reason_as_stated": "walked",
            "amount": "",
        },
        "casefile:correct_event": {
            **boxes("occurred_on", day),
            **boxes("received_on", day),
            "reason": "walked",
        },
        "casefile:write_note": {"text": "walked"},
        "casefile:log_call": {
            **boxes("on", day - timedelta(days=1)),
            **boxes("promised_on", day),
            "time": "4:10 pm",
            "with_whom": "plan",
            "said": "walked",
            "promise": "walked",
        },
        "casefile:add_task": {"what": "walked", **boxes("due_on", day), "owner": owner},
        "casefile:give_task": {"owner": owner},
        "casefile:finish_task": {},
        "casefile:drop_task": {"reason": "walked"},
        "documents:add": {"file": paper(), "kind": "card", "title": "walked", "event": ""},
        "documents:kind": {"kind": "records"},
        "reminding:choose": {
            "ours_days": "10, 2",
            "ours_hours": "12, 2",
            "theirs_every_days": "5",
            "also": ["supervisor"],
            "client_days": "3",
            "escalate_days": "2",
        },
        "reminding:use_default": {},
        "reminding:hours": {"send_at": "9:00 am", "quiet_from": "7:00 pm", "quiet_until": "8:00 am"},
        "reminding:begin_absence": {
            "user": owner,
            **boxes("first_day", day),
            **boxes("last_day", day + timedelta(days=3)),
            "cover": second,
        },
        "reminding:end_absence": {},
        "reminding:stand_in": {"stands_in": owner},
        "reminding:name_own_address": {"email": "walked-own@demo.example", "phone": ""},
        "reminding:name_outsider": {"name": "Walked", "email": "walked@demo.example", "phone": "1"},
        "reminding:take_off": {},
        "reminding:write_again": {},
        "reminding:set_nudge": {**boxes("on", day + timedelta(days=2)), "words": "walked"},
        "reminding:finish_nudge": {},
        "deadlines:seen": {},
        "deadlines:doubt": {"about": "rule", "words": "walked"},
        "deadlines:settled": {"words": "walked"},
        "deadlines:verify": boxes("day", day),
        "deadlines:met": {**boxes("on", day), "words": "walked"},
        "deadlines:not_done": {"reason": "walked"},
        "deadlines:waive": {"reason": "walked"},
        "deadlines:reopen": {"reason": "walked"},
        "deadlines:own": {**boxes("on", day), "reason": "walked"},
        "deadlines:by_law": {"reason": "walked"},
        "deadlines:extend": {**boxes("on", day), "reason": "walked"},
        "deadlines:not_extended": {"reason": "walked"},
        # What becomes of each date is named by its id: `closing` adds it.
        "deadlines:close": {"outcome": "walked"},
        "deadlines:reopen_case": {"reason": "walked"},
        "grievances:file": {**boxes("filed_on", day), "channel": "fax", "reference": "walked", **HERSELF},
        "imr:review_facts": dict.fromkeys(
            ("recommended", "urgent_care", "seen_by_plan_doctor", "wait_waived"), "unknown"
        ),
        "imr:file": {**boxes("filed_on", day), "channel": "web", "reference": "walked", **HERSELF},
        "appeals:file": {**boxes("filed_on", day), "channel": "web", "reference": "walked", **HERSELF},
        **{
            name: {**boxes("on", day), "outcome": "partly", "reference": "walked", "reason": "walked"}
            for name in move_addresses()
        },
    }

"""For each address of the API that takes something: what is declared, and a body that is taken."""

from typing import Any

from advocacy.api.v1 import bodies as declared
from advocacy.kernel import clock
from tests.factories import day_before
from tests.security.tenants import Tenant

BODIES = {
    "api:clients": declared.ClientBody,
    "api:client": declared.ClientBody,
    "api:coverages": declared.CoverageBody,
    "api:coverage": declared.CoverageChange,
    "api:cases": declared.CaseBody,
    "api:case": declared.CaseChange,
    "api:denials": declared.DenialBody,
    "api:correct": declared.CorrectionBody,
    "api:grievances": declared.GrievanceBody,
    "api:grievance_move": declared.GrievanceMove,
    "api:filings": declared.FilingBody,
    "api:filing_move": declared.FilingMove,
    "api:meet": declared.MetBody,
    "api:waive": declared.WaiveBody,
    "api:preview": declared.PreviewBody,
}


def bodies(tenant: Tenant, part: str) -> dict[str, dict[str, Any]]:
    """Return a body for each address, about the rows of one part."""
    ids = {name: str(key) for name, key in tenant.ids[part].items()}
    today, owner = day_before(clock.now(), 0).isoformat(), str(next(iter(tenant.people.values())).pk)
    client = {"family_name": "Walked"}
    plan = {"plan_name": "Walked"}
    case = {"service": "walked", "coverage": ids["coverage_id"], "owner": owner}
    return {
        "api:clients": client,
        "api:client": client,
        "api:coverages": {"client": ids["client_id"], **plan},
        "api:coverage": plan,
        "api:cases": {"client": ids["client_id"], **case},
        "api:case": case,
        "api:denials": {
            "case": ids["case_id"], "dated_on": today, "received_on": today, "how_received": "mail",
            "reason": "necessity",
        },
        "api:correct": {"occurred_on": today, "received_on": today, "reason": "walked"},
        "api:grievances": {"case": ids["case_id"], "filed_on": today, "channel": "fax", "speaker": "client"},
        "api:grievance_move": {"move": "withdrawn", "on": today, "reason": "walked"},
        "api:filings": {"case": ids["case_id"], "filed_on": today, "channel": "web", "speaker": "client"},
        "api:filing_move": {"move": "implemented", "on": today},
        "api:meet": {"on": today, "words": "walked"},
        "api:waive": {"reason": "walked"},
        "api:preview": {"rule": "dmhc-wait-30d", "on": today},
    }  # fmt: skip

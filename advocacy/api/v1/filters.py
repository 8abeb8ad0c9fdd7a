"""By what lists can be narrowed. No filter takes a name: addresses are logged and hold no health data."""

import django_filters as filters

from advocacy.api.filters import a_day, a_key, an_id, one_of
from cases.casefile.models import EventKind, Urgency
from cases.deadlines.models import Direction, State
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.imr.lifecycle import LIFE as IMR

OPEN, CLOSED = "open", "closed"


class OfClient(filters.FilterSet):
    client = an_id("client_id", "Of one client.")


class Cases(OfClient):
    owner = an_id("owner_id", "Of the person who works them.")
    state = filters.ChoiceFilter(
        choices=[(OPEN, "Open"), (CLOSED, "Closed")], method="in_state", help_text="Open or closed ones."
    )
    urgency = one_of("urgency", Urgency.choices, "Standard or urgent ones.")

    def in_state(self, rows, _name, value):  # type: ignore[no-untyped-def]
        return rows.filter(closed_at__isnull=value == OPEN)


class OfCase(OfClient):
    case = an_id("case_id", "Of one case.")


class Events(OfCase):
    kind = one_of("kind", EventKind.choices, "Of one kind.")
    occurred_from = a_day("occurred_on", "gte", "On this day or later.")
    occurred_to = a_day("occurred_on", "lte", "On this day or earlier.")


class Grievances(OfCase):
    state = one_of("state", list(GRIEVANCE.states.items()), "In one state.")


class Filings(OfCase):
    state = one_of("state", list(IMR.states.items()), "In one state.")


class Deadlines(OfCase):
    state = one_of("state", State.choices, "In one state. Replaced versions are superseded.")
    direction = one_of("direction", Direction.choices, "Whose clock it is.")
    rule = a_key("rule", "By one rule, named by its key.")


class OfRegulator(filters.FilterSet):
    regulator = a_key("regulator__key", "Of one regulator, named by its key.")

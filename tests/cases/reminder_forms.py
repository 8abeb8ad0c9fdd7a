"""The forms about reminders, as `test_forms` sends them: empty and wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cases.pages import boxes
from tests.conftest import NOW
from tests.factories import day_before, make_case

TODAY = day_before(NOW, 0)
YESTERDAY = TODAY - timedelta(days=1)


def nothing(by: Any) -> list[Any]:
    return []


def a_family(by: Any) -> list[Any]:
    return ["review"]


def a_case(by: Any) -> list[Any]:
    return [make_case(by=by, now=NOW).pk]


def herself(by: Any) -> list[Any]:
    return [by.memberships.get().pk]


POLICY = {
    "ours_days": "30, 7, 1", "ours_hours": "24, 1", "theirs_every_days": "7", "client_days": "7",
    "escalate_days": "3",
}  # fmt: skip
HOURS = {"send_at": "8:00 am", "quiet_from": "8:00 pm", "quiet_until": "7:00 am"}
# Name of the address, what it is about, how many answers it needs, a wrong set of them, and what it says.
REMINDER_FORMS: list[tuple[str, Callable[[Any], list[Any]], int, dict[str, str], str]] = [
    ("reminding:choose", a_family, 4, POLICY | {"ours_days": "<0>"},
     "Enter numbers with commas between, like 30, 14, 7"),
    ("reminding:choose", a_family, 4, POLICY | {"ours_days": "0"},
     "Tell people at least once before the day itself: name one of 1 day or more"),
    ("reminding:hours", nothing, 3, HOURS | {"quiet_from": "8"},
     "Enter the hour with am or pm, like 4:10 pm"),
    ("reminding:hours", nothing, 3, HOURS | {"quiet_until": "12:01 pm"},
     "Leave at least 8 hours of the day to write in"),
    ("reminding:begin_absence", nothing, 2, boxes("first_day", TODAY) | boxes("last_day", YESTERDAY),
     "Enter a day on or after the first day away"),
    ("reminding:stand_in", herself, 1, {"stands_in": ""}, "Choose who is asked next"),
    ("reminding:name_own_address", nothing, 1, {"email": "home <at> x", "phone": "1"},
     "Enter an e-mail address like name@example.org"),
    ("reminding:name_outsider", nothing, 2, {"name": "Ruth <1>", "email": "dana@demo.example", "phone": "1"},
     "Somebody who works here has this address: reminders go there by themselves"),
    ("reminding:set_nudge", a_case, 2, boxes("on", YESTERDAY) | {"words": "Ask & <ask>"},
     "This day is over. Enter today or a later day"),
]  # fmt: skip

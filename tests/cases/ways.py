"""What the tests of refusals share: the ways that lead to each, gathered from the features' files."""

from collections.abc import Callable
from typing import Any

from advocacy.accounts.models import User
from advocacy.kernel.errors import Refusal

Act = Callable[[], Any]
# One way to each refusal: given Bob, and Charlie who works elsewhere, build the case and return the act.
Way = Callable[[User, User], Act]
WAYS: dict[type[Refusal], list[Way]] = {}


def leads_to(refusal: type[Refusal]) -> Callable[[Way], Way]:
    def note(way: Way) -> Way:
        WAYS.setdefault(refusal, []).append(way)
        return way

    return note

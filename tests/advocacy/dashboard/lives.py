"""Cases at every stage, and a generated handful of them."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from advocacy.accounts.models import User
from cases.casefile.models import Case
from cases.deadlines.models import Deadline
from cases.deadlines.services import mark_seen
from cases.imr import services as imr
from tests.factories import (
    day_before,
    make_answered_case,
    make_case,
    make_client,
    make_denied_case,
    make_filed_case,
    make_imr_case,
)

Life = Callable[..., Case]


def decided(outcome: str, *, carried_out: bool = False) -> Life:
    def live(*, by: User, now: datetime, **fields: Any) -> Case:
        case, filing = make_imr_case(by=by, now=now, imr_days_ago=30, **fields)
        imr.record(move="decided", filing=filing, on=day_before(now, 9), outcome=outcome, by=by, now=now)
        if carried_out:
            imr.record(move="implemented", filing=filing, on=day_before(now, 4), by=by, now=now)
        return case

    return live


def of_two(make: Callable[..., tuple[Case, Any]], **given: Any) -> Life:
    return lambda **fields: make(**(given | fields))[0]


STAGES: dict[str, Life] = {
    "new": make_case,
    "refused": make_denied_case,
    "refused long ago": lambda **fields: make_denied_case(denied_days_ago=200, **fields),
    "experimental": lambda **fields: make_denied_case(reason="experimental", **fields),
    "filed": of_two(make_filed_case),
    "plan late": of_two(make_filed_case, filed_days_ago=50),
    "answered no": of_two(make_answered_case),
    "answered in part": of_two(make_answered_case, outcome="partly"),
    "answered late": of_two(make_answered_case, answered_days_ago=3, filed_days_ago=50),
    "gave in": of_two(make_answered_case, outcome="overturned"),
    "right ends soon": of_two(make_answered_case, answered_days_ago=181, filed_days_ago=200),
    "with the department": of_two(make_imr_case),
    "won": decided("overturned"),
    "won in part": decided("partly"),
    "lost": decided("upheld"),
    "carried out": decided("overturned", carried_out=True),
    "under CDI": of_two(make_filed_case, regulator="cdi"),
    "regulator unknown": of_two(make_filed_case, regulator="unknown"),
    "urgent": of_two(make_filed_case, urgency="expedited"),
}


def many(seed: int, *, owners: list[User], now: datetime, count: int = 10) -> None:
    """Make cases of generated ages for several owners; some dates have been seen."""
    pick = random.Random(seed)
    for number in range(count):
        by = pick.choice(owners)
        client = make_client(by=by, now=now, family_name=f"Family{number:02d}", given_name="")
        kind, ago = pick.choice(["new", "denied", "filed", "answered", "imr"]), pick.randint(0, 200)
        made = {"by": by, "now": now, "client": client}
        if kind == "new":
            make_case(**made)
        elif kind == "denied":
            make_denied_case(denied_days_ago=ago, **made)
        elif kind == "filed":
            make_filed_case(filed_days_ago=ago, **made)
        elif kind == "answered":
            make_answered_case(answered_days_ago=ago, filed_days_ago=ago + pick.randint(0, 60), **made)
        else:
            make_imr_case(imr_days_ago=min(ago, 90), **made)
    for deadline in Deadline.objects.open():
        if pick.random() < 0.3:
            mark_seen(deadline=deadline, by=deadline.case.owner, now=now)

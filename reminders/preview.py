"""Who would be told what, and when, by a policy: in words, from the functions that plan. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from advocacy.accounts.roles import ADVOCATE, OWNER, SUPERVISOR, VOLUNTEER
from advocacy.kernel.text import short_day, time_of_day
from cases.deadlines.calendars import PACIFIC, end_of_day
from reminders.planning import CLIENT, DAY, LONG_AGO, ORDINARY, Shape, Step, steps
from reminders.policy import Policy
from reminders.roster import Person, Roster

FRIDAY = 4
# Who works most cases comes first: the example is one of them.
_BY_WORK = (ADVOCATE.key, VOLUNTEER.key, SUPERVISOR.key, OWNER.key)


@dataclass(frozen=True)
class Line:
    """One sentence of the example; `alone` where nobody would be asked next."""

    about: str
    words: str
    alone: bool = False


def workers(roster: Roster) -> list[Person]:
    """Return the members who may own cases, those first who work most."""
    found = [each for each in roster.members if each.role in _BY_WORK]
    return sorted(found, key=lambda each: _BY_WORK.index(each.role))


def example_owner(roster: Roster) -> Person | None:
    """Return whose case the example is: somebody who is here, if anybody is."""
    here = [each for each in workers(roster) if each.id not in roster.away]
    return next(iter(here or workers(roster)), None)


def alone(roster: Roster) -> list[Person]:
    """Return the members who may own cases and after whom nobody is asked."""
    return [each for each in workers(roster) if not roster.ladder(each.id)]


def example_day(today: date, policies: Iterable[Policy]) -> date:
    """Return a Friday that lies beyond every day at which one of the policies speaks."""
    longest = max(max([*each.ours_days, *each.client_days]) for each in policies)
    first = today + (longest + 1) * DAY
    return first + ((FRIDAY - first.weekday()) % 7) * DAY


def preview(policy: Policy, roster: Roster, owner: Person, *, day: date, today: date) -> list[Line]:
    """Return what is told of dates on one day, of a case of this owner."""
    told, ladder = roster.told(owner.id, policy.also), roster.ladder(owner.id, policy.also)
    ours = Shape("ours", by_hour=False, due=end_of_day(day), seen=False, fresh=LONG_AGO)
    who = f"{_names(told, owner)} {'is' if len(told) == 1 else 'are'} told"
    zone = told[0].zone

    def found(shape: Shape, at: str = zone, on: date = today) -> list[Step]:
        return sorted(steps(shape, policy, today=on, zone=at), key=lambda each: each.at)

    ordinary = [each for each in found(ours) if each.rung == ORDINARY]
    client = [each for each in found(ours) if each.rung == CLIENT]
    late = replace(ours, direction="theirs")
    chased = found(late, on=day + (1 + 2 * policy.theirs_every_days) * DAY)
    opens = found(replace(ours, direction="opens", due=datetime.combine(day, time(), PACIFIC)))
    at = f"at {time_of_day(ordinary[0].at, zone)} where they are"
    chase = f"{_days(chased[:1])}, when it is late, then on {_days(chased[1:])}"
    return [
        Line("A date of ours", f"{who} on {_days(ordinary)}, {at}. If it passes, every morning after it."),
        _asked_next(ours, ladder, policy, today),
        Line("The client", f"On {_days(client)}." if client else "The client is not reminded."),
        _by_hour(policy, ladder, who, day),
        Line("A date of theirs", f"{who} on {chase}, and so on until it is met."),
        Line("A date from which we may act", f"{who} on {_days(opens)}."),
    ]


def _asked_next(shape: Shape, ladder: Sequence[Sequence[Person]], policy: Policy, today: date) -> Line:
    asked = []
    for rung, people in enumerate(ladder, start=1):
        zone = people[0].zone
        at = next(each.at for each in steps(shape, policy, today=today, zone=zone) if each.rung == rung)
        asked.append(f"{_names(people)} on {_moment(at, zone)}")
    about = "If nobody says “I have seen it”"
    words = f"{', then '.join(asked)}." if asked else "Nobody else is told."
    return Line(about, words, alone=not asked)


def _by_hour(policy: Policy, ladder: Sequence[Sequence[Person]], who: str, day: date) -> Line:
    """An urgent case: so many hours before noon of the day, quiet hours or not."""
    noon = datetime.combine(day, time(12), PACIFIC)
    began = noon - timedelta(hours=max(policy.ours_hours) + 24)
    shape = Shape("ours", by_hour=True, due=noon, seen=False, fresh=began)
    found = steps(shape, policy, today=day, zone=PACIFIC.key)
    told = [_moment(each.at) for each in found if each.rung == ORDINARY and each.at > began]
    asked = [
        f"{_names(people)} on {_moment(each.at)}"
        for rung, people in enumerate(ladder, start=1)
        for each in found
        if each.rung == rung
    ]
    following = f" If nobody says “I have seen it”: {', then '.join(asked)}." if asked else ""
    words = f"For one that ends at noon: {who} at once, then on {_listed(told)}, at night too.{following}"
    return Line("A clock in hours", words)


def _moment(at: datetime, zone: str = PACIFIC.key) -> str:
    return f"{short_day(at.astimezone(ZoneInfo(zone)).date())} at {time_of_day(at, zone)}"


def _days(found: Sequence[Step]) -> str:
    return _listed([short_day(each.on) for each in found], separator="; ")


def _names(people: Sequence[Person], owner: Person | None = None) -> str:
    return _listed(
        [f"{each.name} (whoever owns the case)" if each == owner else each.name for each in people]
    )


def _listed(words: Sequence[str], separator: str = ", ") -> str:
    return separator.join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1] if words else ""

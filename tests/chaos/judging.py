"""What a campaign is judged by: the mail server's own log, and what was open at each kill. Pure."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Accept:
    """One yes of the mail server. `row` is None if we never signed that Message-ID."""

    row: UUID | None
    at: float


@dataclass(frozen=True)
class Kill:
    """One `kill -9`, and the rows that were claimed and unmarked by that sender when it was gone."""

    at: float
    open: frozenset[UUID]
    held: bool = False


@dataclass
class Verdict:
    """What the check found. `in_window` counts kills between the server's yes and our note of it."""

    reminders: int
    kills: int
    with_claim_open: int
    held: int
    in_window: int = 0
    lost: int = 0
    repeats: int = 0
    most_repeats_of_a_kill: int = 0
    unexplained: int = 0
    strangers: int = 0
    unmarked: int = 0
    slowest_recovery: float = 0.0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def words(self) -> str:
        """Return the figures as one line."""
        return (
            f"reminders {self.reminders}, kills {self.kills}, with claim open {self.with_claim_open}, "
            f"held between 250 and commit {self.held}, lost {self.lost}, "
            f"repeats {self.repeats} (same Message-ID; at most {self.most_repeats_of_a_kill} a kill, "
            f"{self.unexplained} without a kill), unmarked {self.unmarked}, "
            f"slowest recovery {self.slowest_recovery:.1f} s, seconds {self.seconds:.1f}"
        )


def judge(
    *,
    due: Collection[UUID],
    accepts: Sequence[Accept],
    kills: Sequence[Kill],
    marked: Collection[UUID],
    lease: float,
) -> Verdict:
    """Hold the log of the server against what was due.

    Lost is what was due and never got a yes. A repeat belongs to a kill if that kill left the row open and
    the row got a yes both before it and after it; a kill may cause one, and every repeat must belong to one.
    """
    times: dict[UUID, list[float]] = defaultdict(list)
    for accept in accepts:
        if accept.row is not None:
            times[accept.row].append(accept.at)
    verdict = Verdict(
        reminders=len(due),
        kills=len(kills),
        with_claim_open=sum(bool(kill.open) for kill in kills),
        held=0,
        lost=len(set(due) - set(times)),
        repeats=sum(len(found) - 1 for found in times.values()),
        strangers=sum(accept.row is None or accept.row not in due for accept in accepts),
        unmarked=len(set(due) - set(marked)),
    )
    earlier: dict[UUID, float] = defaultdict(float)
    for kill in sorted(kills, key=lambda kill: kill.at):
        # What was on the wire may be taken a moment after the kill; nobody sends the row again so soon.
        moment = kill.at + lease / 3
        _of_kill(verdict, kill, moment, times, earlier)
        earlier |= dict.fromkeys(kill.open, moment)
    verdict.unexplained += verdict.repeats
    verdict.violations = _violations(verdict)
    return verdict


def _of_kill(
    verdict: Verdict, kill: Kill, moment: float, times: dict[UUID, list[float]], earlier: dict[UUID, float]
) -> None:
    """Count what this kill caused: rows with a yes since an earlier kill left them open, and one after it."""
    taken = {row for row in kill.open if any(earlier[row] < at <= moment for at in times[row])}
    again = {
        row: min(at for at in times[row] if at > moment)
        for row in kill.open
        if max(times[row], default=0) > moment
    }
    verdict.in_window += bool(taken)
    verdict.held += kill.held and bool(taken)
    caused = len(taken & set(again))
    verdict.most_repeats_of_a_kill = max(verdict.most_repeats_of_a_kill, caused)
    verdict.unexplained -= caused
    waited = [at - kill.at for row, at in again.items() if row not in taken]
    verdict.slowest_recovery = max([verdict.slowest_recovery, *waited])


def _violations(verdict: Verdict) -> list[str]:
    broken = {
        "lost": verdict.lost,
        "repeats beyond the kills": max(verdict.repeats - verdict.kills, 0),
        "more than one repeat of one kill": int(verdict.most_repeats_of_a_kill > 1),
        "repeats that no kill explains": verdict.unexplained,
        "Message-IDs that are not ours": verdict.strangers,
        "not marked as sent": verdict.unmarked,
    }
    return [f"{count} {words}" for words, count in broken.items() if count]

"""What every experiment is: a failure, a figure, and a safeguard without which the figure is bad."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.scratch import Database


@dataclass(frozen=True)
class Trial:
    """One run of one experiment on a database of its own.

    `short` is the form of `make test`; `off` switches the safeguard off, and must be found out.
    """

    database: Database
    seed: int = 0
    short: bool = False
    off: bool = False

    @property
    def chance(self) -> random.Random:
        return random.Random(self.seed)

    def scaled(self, long: int, short: int) -> int:
        """Return the size of this form; with the safeguard off the small one will do."""
        return short if self.short or self.off else long


@dataclass
class Finding:
    """What an experiment saw: a figure (the worst, never a mean), in how many runs, and what was broken.

    `slow` is what was kept, and took longer than the goal: reported, and never asserted in a test.
    """

    figure: str
    runs: int
    violations: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.violations and not self.slow

    def line(self) -> str:
        broken = "VIOLATED: " + "; ".join(self.violations + self.slow)
        return f"{self.figure}: {'holds' if self.holds else broken}"


@dataclass(frozen=True)
class Experiment:
    """One row of the table. `budget` is the long form's, in seconds; `off` leaves the safeguard out."""

    id: str
    failure: str
    target: str
    safeguard: str
    budget: int
    run: Callable[[Trial], Finding]


def broken(**counts: int) -> list[str]:
    """Return what is not zero, in words."""
    return [f"{count} {words.replace('_', ' ')}" for words, count in counts.items() if count]


def above(limit: float, **figures: float) -> list[str]:
    """Return what is above its limit, in words."""
    return [
        f"{words.replace('_', ' ')} {figure:.1f}, goal {limit:g}"
        for words, figure in figures.items()
        if figure > limit
    ]


def worst(values: list[float], share: float = 1.0) -> float:
    """Return the value that `share` of all do not exceed; the worst of all by default, 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

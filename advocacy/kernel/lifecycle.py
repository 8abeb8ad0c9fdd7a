"""A life as a declared table: from which state to which, by which fact, with which papers. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step that people record.

    `to` is the state it leads to; where the answer decides, `outcomes` gives the state by the answer and
    `answers` the words for each. `fact` is the kind of event it writes. `after` names the kinds of fact
    that may not be later than it, with the words for that day. `papers` are the kinds of paper that show it.
    """

    name: str
    sources: tuple[str, ...]
    fact: str
    act: str
    heading: str
    day: str
    to: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[tuple[str, str], ...] = ()
    question: str = ""
    after: Mapping[str, str] = field(default_factory=dict)
    papers: tuple[str, ...] = ()
    asks_reference: str = ""
    asks_reason: str = ""

    def target(self, outcome: str = "") -> str:
        """Return the state it leads to. An unknown outcome is a mistake of the caller: KeyError."""
        return self.outcomes[outcome] if self.outcomes else self.to

    @property
    def targets(self) -> frozenset[str]:
        return frozenset(self.outcomes.values()) if self.outcomes else frozenset({self.to})


@dataclass(frozen=True)
class Lifecycle:
    """The whole table. `states` gives each state its words; every state but `start` is the end of a move."""

    start: str
    states: Mapping[str, str]
    moves: tuple[Move, ...]
    # Moves that have a form of their own, by name: filing asks more than a day.
    own_forms: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        named = {state for move in self.moves for state in (*move.sources, *move.targets)}
        reached = {self.start}.union(*(move.targets for move in self.moves))
        if named - self.states.keys() or self.states.keys() - reached:
            raise ValueError(f"states and moves do not fit: {named ^ self.states.keys()}")

    def move(self, name: str) -> Move:
        """Return one move by its name. An unknown one is a mistake of the caller: KeyError."""
        return {move.name: move for move in self.moves}[name]

    def offered(self, state: str) -> tuple[Move, ...]:
        """Return the moves that a person may record in `state`."""
        return tuple(move for move in self.moves if state in move.sources)

    def recorded(self) -> tuple[Move, ...]:
        """Return the moves recorded by the common form."""
        return tuple(move for move in self.moves if move.name not in self.own_forms)

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """Yield every (state, move, state)."""
        for move in self.moves:
            for source in move.sources:
                for target in sorted(move.targets):
                    yield source, move.name, target

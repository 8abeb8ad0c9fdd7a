"""The rulebook: dated, cited deadline rules read from `rulebook/*.toml`.

Pure. The files are the truth and this module refuses any it does not understand, so that a typing
mistake in a rule stops the release and never moves a date.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

RULEBOOK = Path(__file__).parent / "rulebook"

KINDS = frozenset({"rule", "note", "bar"})
DIRECTIONS = frozenset({"ours", "theirs", "opens"})
UNITS = frozenset({"calendar_days", "business_days", "months", "hours", "minutes", "none"})
ROLLS = frozenset({"R", "R?", "N", "B", "H", "F"})
URGENCIES = frozenset({"standard", "expedited"})
CONFIDENCES = frozenset({"H", "M", "L"})
_ROLLS_OF_UNIT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "calendar_days": frozenset({"R", "R?", "N", "F"}),
        "months": frozenset({"R", "R?", "N", "F"}),
        "business_days": frozenset({"B"}),
        "hours": frozenset({"H"}),
        "minutes": frozenset({"H"}),
        "none": frozenset({"N"}),
    }
)

_NOUNS = {"months": "calendar months", "hours": "elapsed hours", "minutes": "elapsed minutes"}

# What may stand in `facts`, and what each one means.
FACTS: Mapping[str, str] = MappingProxyType(
    {"answer_received_on": "the Pacific date on which the plan's written answer was received"}
)


class DeadlineError(ValueError):
    """A date that cannot be given; the message says why in words for people."""


class UnknownRule(DeadlineError):
    """No rule has this slug."""


class RuleNotInForce(DeadlineError):
    """The rule exists, but no version of it is in force on the trigger date."""


class BadFact(DeadlineError):
    """A fact has an unknown key, or a value that is not what the key means."""


class RulebookError(DeadlineError):
    """A rule file is not what the rulebook can read."""


@dataclass(frozen=True, slots=True)
class Example:
    """One worked date of a rule: dates, or aware instants for rules in hours."""

    given: date
    nominal: date
    last_lawful: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one deadline rule.

    `amount` is in `unit`; `in_force_to` is the last trigger date of the version, None while it stands.
    `limits` says where the rule does not hold. `chase_hours`: a duty in days is asked after so many hours.
    `extended_by` is the slug of the rule by which the time may be extended, counted from the nominal date.
    `roll` says what a last day on a closed day does:
    `R` moves past court holidays (Code of Civil Procedure § 12a), `R?` does so on its face but a strict
    calendar reading exists, `N` stays, `B` counts business days, `H` is clock hours, `F` is federal.
    """

    slug: str
    title: str
    kind: str
    direction: str
    owed_by: str
    owed_to: str
    trigger: str
    trigger_words: str
    unit: str
    roll: str
    urgency: str
    explanation: str
    cite: str
    source: str
    confidence: str
    in_force_from: date
    version: int
    checked_on: date
    amount: int = 0
    in_force_to: date | None = None
    second_trigger: str = ""
    limits: str = ""
    chase_hours: int = 0
    extended_by: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def unverified(self) -> bool:
        """Tell whether the text of the law has not been read in full: confidence M or L."""
        return self.confidence != "H"

    @property
    def by_the_clock(self) -> bool:
        """Tell whether the length is in hours or minutes: it ends at an instant, not with a day."""
        return self.unit in {"hours", "minutes"}

    @property
    def amount_words(self) -> str:
        """Return the length in words: "6 calendar months", "1 business day"; "" without length."""
        if self.unit == "none":
            return ""
        noun = _NOUNS.get(self.unit, self.unit)
        noun = noun.replace("_", " ")
        return f"{self.amount} {noun if self.amount != 1 else noun.removesuffix('s')}"

    def in_force_on(self, day: date) -> bool:
        """Tell whether this version governs a trigger on `day`."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)

    def second_start(self, *, start: date, facts: Mapping[str, object]) -> date | None:
        """Return the later Pacific date from which another reading counts, None if there is none.

        Raises:
            BadFact: an unknown key, a value that is no date, or one before `start`.
        """
        for key in facts:
            if key not in FACTS:
                raise BadFact(f"Unknown fact {key!r}; the known ones are {', '.join(sorted(FACTS))}.")
        value = facts.get(self.second_trigger)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError as error:
            raise BadFact(f"{self.second_trigger} is not a date: {value!r}.") from error
        if not isinstance(day, date) or isinstance(day, datetime):
            raise BadFact(f"{self.second_trigger} is not a date: {value!r}.")
        if day < start:
            # The rule counts from the earliest event: a date before it means the start itself is wrong.
            raise BadFact(f"{self.second_trigger} ({day}) is before the start ({start}).")
        return day if day > start else None


class Rulebook:
    """All versions of all rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Hold `rules`.

        Raises:
            RulebookError: two versions of one slug are in force on the same day, or share a number; a rule
                is extended by one that is not there, or that belongs to somebody else's duty.
        """
        versions: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            versions[rule.slug].append(rule)
        for slug, each in versions.items():
            each.sort(key=lambda rule: rule.in_force_from)
            if len({rule.version for rule in each}) != len(each):
                raise RulebookError(f"{slug}: two versions have the same number")
            for older, newer in pairwise(each):
                if older.in_force_to is None or older.in_force_to >= newer.in_force_from:
                    raise RulebookError(
                        f"{slug}: versions {older.version} and {newer.version} are in force on the same day"
                    )
        self._versions: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
            {slug: tuple(each) for slug, each in sorted(versions.items())}
        )
        for rule in self.all():
            _check_extension(rule, self._versions.get(rule.extended_by, ()))

    def rule(self, slug: str, on: date) -> Rule:
        """Return the version of `slug` that governs a trigger on the Pacific date `on`.

        Raises:
            UnknownRule: no rule has this slug.
            RuleNotInForce: no version covers `on`.
        """
        versions = self._versions.get(slug)
        if versions is None:
            raise UnknownRule(f"There is no rule called {slug!r}.")
        for rule in versions:
            if rule.in_force_on(on):
                return rule
        raise RuleNotInForce(f"No version of {slug} is in force on {on.isoformat()}.")

    def version(self, slug: str, number: int) -> Rule:
        """Return one version of `slug` by its number: the one a stored date was computed by.

        Raises:
            UnknownRule: there is no such version.
        """
        for rule in self._versions.get(slug, ()):
            if rule.version == number:
                return rule
        raise UnknownRule(f"There is no version {number} of {slug!r}.")

    def all(self) -> tuple[Rule, ...]:
        """Return every version of every rule, by slug and then by date."""
        return tuple(rule for versions in self._versions.values() for rule in versions)


@cache
def load_rulebook() -> Rulebook:
    """Return the rulebook of the files shipped with the program, read once.

    Raises:
        RulebookError: a file is malformed or two versions overlap.
    """
    return Rulebook(rule for path in sorted(RULEBOOK.glob("*.toml")) for rule in read_rules(path))


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules of one file.

    Raises:
        RulebookError: the file is not TOML, or a rule in it lacks a field, has one too many or a wrong value.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"{path.name}: {error}") from error
    if set(raw) != {"rule"}:
        raise RulebookError(f"{path.name}: holds [[rule]] tables and nothing else")
    return tuple(_rule(entry, where=path.name) for entry in raw["rule"])


_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "amount": int,
        "version": int,
        "chase_hours": int,
        "in_force_from": date,
        "in_force_to": date,
        "checked_on": date,
    }
)
_CHOICES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "kind": KINDS,
        "direction": DIRECTIONS,
        "unit": UNITS,
        "roll": ROLLS,
        "urgency": URGENCIES,
        "confidence": CONFIDENCES,
    }
)


def _rule(entry: Mapping[str, object], *, where: str) -> Rule:
    where = f"{where}: {entry.get('slug', 'a rule without a slug')}"
    known = {each.name for each in fields(Rule)}
    required = {each.name for each in fields(Rule) if each.default is MISSING} | {"examples"}
    if extra := set(entry) - known:
        raise RulebookError(f"{where}: unknown field {', '.join(sorted(extra))}")
    if missing := required - set(entry):
        raise RulebookError(f"{where}: missing field {', '.join(sorted(missing))}")
    values = dict(entry)
    examples = values.pop("examples")
    for name, value in values.items():
        # type() and not isinstance: a TOML time is a date too, and true is an int.
        if type(value) is not _TYPES.get(name, str):
            raise RulebookError(f"{where}: {name} is not a {_TYPES.get(name, str).__name__}")
        if value == "":
            raise RulebookError(f"{where}: {name} is empty")
    for name, choices in _CHOICES.items():
        if values[name] not in choices:
            raise RulebookError(f"{where}: {name} is one of {', '.join(sorted(choices))}")
    rule = Rule(**values, examples=_examples(examples, where=where))  # type: ignore[arg-type]
    _check(rule, where=where)
    return rule


def _check(rule: Rule, *, where: str) -> None:
    if rule.roll not in _ROLLS_OF_UNIT[rule.unit]:
        raise RulebookError(f"{where}: roll {rule.roll} does not go with {rule.unit}")
    if (rule.amount > 0) is (rule.unit == "none"):
        raise RulebookError(
            f"{where}: a length is a unit with an amount above zero, or unit none without one"
        )
    if rule.kind != "rule" and rule.unit != "none":
        raise RulebookError(f"{where}: a {rule.kind} has no length")
    if rule.second_trigger and rule.second_trigger not in FACTS:
        raise RulebookError(f"{where}: second_trigger is one of {', '.join(sorted(FACTS))}")
    if rule.extended_by and (rule.direction != "theirs" or rule.by_the_clock or rule.second_trigger):
        raise RulebookError(f"{where}: extended_by goes with a duty of theirs in days that has one start")
    if rule.in_force_to is not None and rule.in_force_to < rule.in_force_from:
        raise RulebookError(f"{where}: in_force_to is before in_force_from")
    if rule.unit != "none" and len(rule.examples) < 2:
        raise RulebookError(f"{where}: at least two examples")


def _check_extension(rule: Rule, extensions: Iterable[Rule]) -> None:
    if not rule.extended_by:
        return
    found = list(extensions)
    if not found:
        raise RulebookError(f"{rule.slug}: extended_by names no rule: {rule.extended_by}")
    for each in found:
        if each.owed_by != rule.owed_by or each.direction != rule.direction or each.extended_by:
            raise RulebookError(f"{rule.slug}: {each.slug} extends another kind of duty")


def _examples(raw: object, *, where: str) -> tuple[Example, ...]:
    if not isinstance(raw, list):
        raise RulebookError(f"{where}: examples is a list")
    examples = []
    for entry in raw:
        if not isinstance(entry, dict) or set(entry) != {"given", "nominal", "last_lawful"}:
            raise RulebookError(f"{where}: an example has given, nominal and last_lawful")
        if not all(isinstance(value, date) for value in entry.values()):
            raise RulebookError(f"{where}: an example's values are dates, or times with an offset")
        if any(isinstance(value, datetime) and value.tzinfo is None for value in entry.values()):
            raise RulebookError(f"{where}: an example's times carry an offset")
        examples.append(Example(**entry))
    return tuple(examples)

"""When a deadline is shown is said in one place; who picks a day by the direction elsewhere is listed."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import code, tree_of

THE_PLACE = "cases.deadlines.wording"
# The days and instants of a deadline, of which one is shown by its direction.
DAYS = {"act_on", "act_at", "opens_on", "late_after_at", "last_lawful_on", "last_lawful_at", "last_day"}
# Functions that look at the direction beside a day and show none of their own choice, each with its reason.
ALLOWED = {
    "advocacy.dashboard.progress._ahead": "shows what `shown` says, and the last lawful day beside it",
    "advocacy.dashboard.progress.verb": "says whether to ask already, and no day",
    "advocacy.dashboard.queries.rows.day_of": "ranks rows, and shows no day",
    "advocacy.dashboard.queries.rows.is_late": "counts late ones, and shows no day",
    "reminders.agenda.agenda_of": "sorts by the day to act on, and shows the badge",
}
# Here it is worked out, and here it is said when to speak of it: both show nothing.
SHOW_NOTHING = ("cases.deadlines.", "reminders.planning.", "reminders.policy.", "reminders.services.")


def functions(tree: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{name}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            yield f"{name}.{node.name}", node


def words_in(function: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)} | {
        node.id for node in ast.walk(function) if isinstance(node, ast.Name)
    }


def test_no_other_place_chooses_the_day_that_is_shown() -> None:
    choosing = {
        name
        for module, path in code().items()
        for name, function in functions(tree_of(path), module)
        if (words := words_in(function)) and "direction" in words and words & DAYS
    }

    there = {name for name in choosing if name.startswith(THE_PLACE)}
    elsewhere = {name for name in choosing if not name.startswith(SHOW_NOTHING)}
    assert len(there) > 2, "the scan found too little to prove anything"
    assert elsewhere - set(ALLOWED) == set(), f"ask `shown` in {THE_PLACE}, or say why not"
    assert set(ALLOWED) - choosing == set(), "listed, and there is no such function any more"

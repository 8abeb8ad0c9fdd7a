"""The project's own files, as the guards read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("advocacy", "cases", "reminders")
TEMPLATES = ROOT / "templates"


@cache
def modules() -> dict[str, Path]:
    """Return every module of the product by its dotted name, migrations among them."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    assert len(found) > 100, "the scan found too little to prove anything"
    return found


def code() -> dict[str, Path]:
    """Return the modules without the migrations."""
    return {name: path for name, path in modules().items() if ".migrations" not in name}


def migrations() -> dict[str, Path]:
    return {name: path for name, path in modules().items() if ".migrations." in name}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def templates() -> dict[str, str]:
    """Return every template's text by the name it is loaded by."""
    found = {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in {".html", ".txt"}
    }
    assert len(found) > 50, "the scan found too little to prove anything"
    return found


def imports(module: str) -> Iterator[str]:
    """Yield what a module imports, each name once as `package.module` and once with what is taken from it."""
    for node in ast.walk(tree_of(modules()[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached_from(module: str) -> set[str]:
    """Return a module of ours, and each other of ours that comes with it, through however many imports."""
    waiting, reached = [module], set[str]()
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting += [each for each in imports(module) if each in code() and each not in reached]
    return reached


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` of an expression that is nothing else, or an empty text."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call with the dotted name of what is called."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def texts(path: Path) -> Iterator[str]:
    """Yield every string that stands in the code."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

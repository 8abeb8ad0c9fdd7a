"""What every module keeps to: one clock, one signal, pure parts that stay pure, and a page's length."""

import ast
import tomllib
from datetime import date
from pathlib import Path

from tests.architecture.tree import ROOT, calls, code, imports, reached_from, tree_of

LONGEST_MODULE = 400
# Modules that may be longer for a while: path -> the day by which they are short.
LONG_MODULES: dict[str, date] = {}

PURE = (
    *(
        f"cases.deadlines.{name}"
        for name in (
            "rules",
            "calendars",
            "readings",
            "working",
            "engine",
            "explain",
            "checking",
            "derivation",
            "wording",
        )
    ),
    "reminders.planning",
    "reminders.policy",
    "reminders.agenda",
    "reminders.parts",
    "reminders.feeds.events",
    "cases.clients.authority",
    "cases.imr.eligibility",
    "cases.casefile.moves",
    "cases.documents.checklist",
    "advocacy.dashboard.progress",
)
THE_CLOCK = "advocacy.kernel.clock"
# Reads the wall clock: whoever needs the time is given it, or asks kernel.clock.
READS_TIME = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
    "time.time", "time.time_ns", "now", "Now",
}  # fmt: skip
# They read it only when they are given nothing.
READS_TIME_WITHOUT_AN_ARGUMENT = {"localdate", "localtime", "timezone.localdate", "timezone.localtime"}
# Which package the layers leave out, and why.
WITHOUT_A_LAYER = {"advocacy.settings": "read through django.conf, imported by nobody"}


def test_only_the_clock_reads_the_time() -> None:
    readers, looked_at = [], 0
    for module, path in code().items():
        if module == THE_CLOCK or module.startswith("advocacy.embedded"):
            continue
        for call, name in calls(path):
            looked_at += 1
            bare = not call.args and not call.keywords
            reads = name in READS_TIME and not _is_given(module, name)
            if reads or (name in READS_TIME_WITHOUT_AN_ARGUMENT and bare):
                readers.append(f"{module}:{call.lineno} {name}")
            readers += [f"{module}:{call.lineno} {each.arg}" for each in call.keywords if _is_auto(each)]

    assert looked_at > 1000
    assert readers == [], "take `now` as a parameter; at the edge, ask advocacy.kernel.clock"


def _is_given(module: str, name: str) -> bool:
    """True for a `now` that is a parameter and not the function of a library."""
    return name in {"now", "Now"} and not any(
        each in {"django.utils.timezone.now", "django.db.models.functions.Now"} for each in imports(module)
    )


def _is_auto(keyword: ast.keyword) -> bool:
    return keyword.arg in {"auto_now", "auto_now_add"}


def test_there_is_one_signal() -> None:
    signals = [
        module
        for module, path in code().items()
        for _, name in calls(path)
        if name.split(".")[-1] == "Signal"
    ]

    assert signals == ["advocacy.kernel.facts"], "an act that spans features is a service of the highest one"


def pure_modules() -> list[str]:
    found = [*PURE, *(name for name in code() if name.startswith("cases.") and name.endswith(".lifecycle"))]
    assert len(found) > 9, "the scan found too little to prove anything"
    return found


def test_pure_modules_reach_no_django() -> None:
    impure = [
        f"{start} by {module}: {imported}"
        for start in pure_modules()
        for module in reached_from(start)
        for imported in imports(module)
        if imported.partition(".")[0] in {"django", "celery", "psycopg", "allauth"}
    ]

    assert impure == []


def test_every_module_is_short() -> None:
    paths = [*code().values(), *(ROOT / "tests").rglob("*.py"), ROOT / "manage.py"]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in paths
    }
    long = {name: length for name, length in lengths.items() if length > LONGEST_MODULE}

    assert len(lengths) > 120
    assert set(long) == set(LONG_MODULES), f"at most {LONGEST_MODULE} lines, and no stale exception: {long}"


def test_every_package_has_its_layer() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(
        contract["layers"]
        for contract in config["contracts"]
        if contract["type"] == "layers" and "containers" not in contract
    )
    named = {name.strip(" ()") for layer in layers for name in layer.replace("|", ":").split(":")}
    there = {
        name
        for name, path in code().items()
        if name.count(".") == 1 and name.partition(".")[0] != "reminders"
    } | {"reminders"}
    importable = {name for name in there if not name.endswith(".asgi") or name in named}

    assert len(named) > 15
    assert importable - named - set(WITHOUT_A_LAYER) == set(), "give it its place in [tool.importlinter]"
    assert named - there == set(), "a layer names what does not exist"


def test_every_feature_keeps_to_the_rule_of_its_inside() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    held = {name for contract in config["contracts"] for name in contract.get("containers", [])}
    features = {name.rpartition(".")[0] for name in code() if name.endswith((".models", ".views"))}

    assert features - {"advocacy.demo"} <= held, "add it to `containers` in [tool.importlinter]"


def test_no_bare_except_and_no_mark_safe() -> None:
    found = []
    for module, path in code().items():
        for node in ast.walk(tree_of(path)):
            bare = isinstance(node, ast.ExceptHandler) and node.type is None
            found += [f"{module}:{node.lineno} a bare except"] if bare else []
        found += [
            f"{module}:{call.lineno} {name}"
            for call, name in calls(path)
            if name.split(".")[-1] in {"mark_safe", "SafeString", "SafeText"}
        ]

    assert found == []


def test_files_that_nobody_may_write_are_not_there() -> None:
    forbidden = {"utils.py", "helpers.py", "manager.py", "info.py", "misc.py", "common.py"}

    assert [str(path) for path in map(Path, code().values()) if path.name in forbidden] == []

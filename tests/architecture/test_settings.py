"""Every variable that is read is explained, and every one that is explained is read."""

import ast
import re

from tests.architecture.tree import ROOT, calls, code, texts, tree_of

EXAMPLE = re.compile(r"^#?\s?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
READERS = {"text", "secret", "integer", "words", "address", "database", "mail_server", "flag"}
# Set for a child or by a tool, and nobody's to choose.
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED"}


def explained() -> set[str]:
    return set(EXAMPLE.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def read_in_settings() -> set[str]:
    found = set()
    for module, path in code().items():
        if not module.startswith("advocacy.settings"):
            continue
        for call, name in calls(path):
            if name.split(".")[-1] in READERS and call.args and isinstance(call.args[0], ast.Constant):
                found.add(call.args[0].value)
    return found - NOT_OURS


def read_elsewhere() -> set[str]:
    """Variables read from os.environ itself."""
    found = set()
    for path in [*code().values(), ROOT / "manage.py"]:
        for node in ast.walk(tree_of(path)):
            key = None
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                key = node.slice
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get" and node.args:
                key = node.args[0]
            if isinstance(key, ast.Constant):
                found.add(key.value)
    return found - NOT_OURS


def test_every_variable_that_is_read_is_explained() -> None:
    assert len(read_in_settings()) > 8
    assert len(read_elsewhere()) > 5

    assert (read_in_settings() | read_elsewhere()) - explained() == set(), "explain it in .env.example"


def test_every_variable_that_is_explained_is_read() -> None:
    files = [*code().values(), ROOT / "manage.py", *(ROOT / "tests").rglob("*.py")]
    strings = {text for path in files for text in texts(path)}
    builds = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "Makefile", *ROOT.glob("docker-compose*.yml"))
    )

    unread = {
        name for name in explained() if name not in strings and not re.search(rf"\$[({{]{name}\b", builds)
    }
    assert len(explained()) > 10
    assert unread == set()


def test_settings_are_read_through_django() -> None:
    importers = [
        module
        for module, path in code().items()
        if not module.startswith("advocacy.settings")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("advocacy.settings.")
        and (node.module or "").rpartition(".")[2] in {"base", "dev", "test", "prod"}
    ]

    assert importers == [], "from django.conf import settings"

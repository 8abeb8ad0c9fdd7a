"""Plant one leak after the other in a copy of the tree: each must turn the suite red.

    python -m tests.security.planted [words of a plant's name]

Exit status 1 if a plant stays green, if its place is no longer found, or if the suite is red without any.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITE = ("tests/security", "tests/architecture")
# It finds the places themselves changed, whatever is planted there.
NOT_OF_IT = "--ignore=tests/security/test_planted.py"
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
# The copy starts servers of its own.
OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_ADMIN_URL",
    "REDIS_URL",
    "ADVOCACY_VAR",
    "ADVOCACY_TEST_SERVERS",
)

CARELESS_DOOR = """
def _careless(view):  # type: ignore[no-untyped-def]
    def door(request, org_slug, document_id):  # type: ignore[no-untyped-def]
        from advocacy.organisations.models import Organisation
        from advocacy.organisations.scope import Door, scope

        organisation = Organisation.objects.get(slug=org_slug)
        with scope(organisation.pk, door=Door.STAFF):
            return view(request, Document.objects.get(pk=document_id))

    return door


@require_safe
@_careless
def download("""


@dataclass(frozen=True)
class Plant:
    """One leak: in which file, and what stands there instead of what."""

    name: str
    path: str
    old: str
    new: str


PLANTS = (
    Plant(
        "the manager's filter removed",
        "advocacy/organisations/models.py",
        ".filter(organisation_id=current_organisation_id())",
        "",
    ),
    Plant(
        "a query that needs no scope",
        "advocacy/organisations/backend/compiler.py",
        "    scope.current()\n    if not connection.in_atomic_block:",
        "    if not connection.in_atomic_block:",
    ),
    Plant(
        "row-level security off on one table",
        "advocacy/organisations/locks.py",
        'run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")',
        "run(f\"ALTER TABLE {table} {'DISABLE' if table == 'note' else 'ENABLE'} ROW LEVEL SECURITY\")",
    ),
    Plant(
        "the tenant's policy lets every row of one table pass",
        "advocacy/organisations/policies.py",
        "    for command, passes in DOORS[table].items():\n        condition",
        '    if table == "note":\n'
        '        wanted["tenant"] = "AS PERMISSIVE FOR ALL USING (true) WITH CHECK (true)"\n'
        "    for command, passes in DOORS[table].items():\n        condition",
    ),
    Plant(
        "a door's policy dropped on one table",
        "advocacy/organisations/policies.py",
        "    if table in SCANNED_TABLES:\n        wanted",
        '    if table == "note":\n        del wanted["door_select"]\n'
        "    if table in SCANNED_TABLES:\n        wanted",
    ),
    Plant(
        "a composite key dropped",
        "advocacy/organisations/locks.py",
        "def _bind(schema_editor: Any, table: str, column: str, remote: str) -> None:\n",
        "def _bind(schema_editor: Any, table: str, column: str, remote: str) -> None:\n"
        '    if (table, column) == ("document", "case_id"):\n        return\n',
    ),
    Plant(
        "the decorator removed from one view",
        "cases/documents/views.py",
        "\n@require_safe\n@staff(Permission.CASE_READ, of=queries.document_for)\ndef download(",
        CARELESS_DOOR,
    ),
    Plant(
        "no membership asked for",
        "advocacy/accounts/doors.py",
        "in cast(User, request.user).live_memberships:",
        'in Membership.objects.live().select_related("organisation", "user"):',
    ),
    Plant(
        "a refusal that tells that the organisation exists",
        "advocacy/accounts/doors.py",
        "            return Actor(membership)\n    raise Http404",
        "            return Actor(membership)\n"
        "    from advocacy.organisations.models import Organisation\n\n"
        "    raise PermissionDenied if Organisation.objects.filter(slug=org_slug).exists() else Http404",
    ),
    Plant(
        "a volunteer sees every case",
        "cases/casefile/queries.py",
        "    return cases.filter(owner_id=actor.id)",
        "    return cases",
    ),
    Plant(
        "a list of the API starts from every row",
        "advocacy/api/v1/views/cases.py",
        "Denial.objects.filter(case__in=visible_to(self.actor))",
        "Denial.objects.all()",
    ),
    Plant(
        "a field that a body of the API does not declare is passed over",
        "advocacy/api/bodies.py",
        "            if undeclared:",
        "            if undeclared and False:",
    ),
    Plant(
        "an ended key of a program opens",
        "advocacy/accounts/keys.py",
        "kind=kind, revoked_at=None)",
        "kind=kind)",
    ),
    Plant(
        "what the API shows is not recorded",
        "advocacy/api/doors.py",
        "            self._record_reads(request)\n",
        "",
    ),
    Plant(
        "a form writes what nobody asked for",
        "cases/casefile/views.py",
        "    if form.is_valid():\n        clients.correct_client(",
        "    if form.is_valid():\n"
        '        at = request.POST.get("created_at", clock.now())\n'
        "        Client.objects.filter(pk=client.pk).update(created_at=at)\n"
        "        clients.correct_client(",
    ),
    Plant(
        "reads are not recorded",
        "advocacy/accounts/doors.py",
        '    """Record what was shown, in the view\'s own transaction: no record, no page."""\n',
        '    """Record what was shown, in the view\'s own transaction: no record, no page."""\n    return\n',
    ),
    Plant(
        "a mail names the client",
        "reminders/letters.py",
        '"number": row.case.number,\n        "direction": row.deadline.direction,',
        '"number": f"{row.case.number} {row.case.client}",\n        "direction": row.deadline.direction,',
    ),
    Plant(
        "the scope stays on the connection",
        "advocacy/organisations/scope.py",
        "set_config('app.organisation_id', %s, true)",
        "set_config('app.organisation_id', %s, false)",
    ),
)


def copy_tree(to: Path) -> None:
    """Copy what git knows, and what it does not know yet and would not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, to / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def run_suite(tree: Path) -> tuple[int, str]:
    """Return pytest's status and the first test that failed."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *SUITE, NOT_OF_IT, "-q", "-x", "-p", "no:cacheprovider"],
        cwd=tree,
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    failed = FAILED.search(done.stdout)
    last = (done.stdout + done.stderr).strip().splitlines()[-1:] or [""]
    return done.returncode, failed[1] if failed else last[0]


def try_plant(tree: Path, plant: Plant) -> bool:
    """Plant it, run the suite, take it away; say and return whether the suite turned red."""
    began, path = time.monotonic(), tree / plant.path
    text = path.read_text(encoding="utf-8")
    if text.count(plant.old) != 1:
        print(f"NOT PLANTED       {plant.name}: its place in {plant.path} is gone")
        return False
    path.write_text(text.replace(plant.old, plant.new), encoding="utf-8")
    try:
        status, first = run_suite(tree)
    finally:
        path.write_text(text, encoding="utf-8")
    # 1: a test failed. Anything else is no verdict: the run broke off.
    words = {0: "STILL GREEN     ", 1: "red as it must be"}.get(status, f"BROKE OFF ({status})")
    print(f"{words} {plant.name} ({time.monotonic() - began:.0f} s): {first}", flush=True)
    return status == 1


def main(words: list[str]) -> int:
    chosen = [plant for plant in PLANTS if not words or any(word in plant.name for word in words)]
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="planted-", dir=ROOT / "var") as folder:
        tree = Path(folder)
        # The database's user must be able to pass through.
        tree.chmod(0o711)
        copy_tree(tree)
        status, first = run_suite(tree)
        if status:
            print(f"The suite is red without any plant: {first}")
            return 1
        red = [try_plant(tree, plant) for plant in chosen]
    print(f"{sum(red)} of {len(red)} planted leaks turned the suite red")
    return 0 if red and all(red) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

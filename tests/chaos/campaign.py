"""`make chaos`: every failure of the list, one table, and a JSON line each in var/chaos.jsonl.

    python -m tests.chaos.campaign                 every experiment that has no line for this commit yet
    python -m tests.chaos.campaign R7 R9           these two, whatever there is
    python -m tests.chaos.campaign --short         small forms, a minute and a half; nothing is written
    python -m tests.chaos.campaign --seed 7

Each experiment runs in a process and a database of its own; then once more, small, with its safeguard left
out, and must be found out. Ends with 1 if anything does not hold.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.chaos.scratch import ROOT, connected, scratch_database
from tests.chaos.trial import Experiment, Finding, Trial

RESULTS = ROOT / "var" / "chaos.jsonl"
# What a small run with the safeguard left out may take, in seconds.
OFF_BUDGET = 120


def experiments() -> dict[str, Experiment]:
    """Return every experiment of this folder, by its id, in the order of the list of goals."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("r[0-9][0-9]_*.py"))
    found: list[Experiment] = [import_module(f"tests.chaos.{name}").EXPERIMENT for name in names]
    return {each.id: each for each in found}


def perform(experiment: Experiment, *, seed: int, short: bool, off: bool) -> Finding:
    """Run one experiment here, on a database of its own. Django must be set up."""
    with scratch_database() as database, connected(database):
        return experiment.run(Trial(database, seed=seed, short=short, off=off))


def _in_a_process(experiment: Experiment, *, seed: int, short: bool, off: bool) -> Finding:
    """Run one experiment in a process of its own, which ends with its budget."""
    flags = [name for name, given in (("--short", short), ("--off", off)) if given]
    command = [sys.executable, "-m", "tests.chaos.campaign", "--one", f"--seed={seed}", *flags, experiment.id]
    budget = OFF_BUDGET if off else experiment.budget
    try:
        return Finding(**json.loads(_said(command, budget * 1.5).splitlines()[-1]))
    except subprocess.TimeoutExpired:
        return Finding("none", 0, [f"not done in one and a half times {budget} s"])
    except (IndexError, ValueError, TypeError):
        return Finding("none", 0, ["it ended without a finding; what it said stands above"])


def _said(command: list[str], seconds: float) -> str:
    """Run it and return what it printed; whatever it started ends with it.

    Raises: subprocess.TimeoutExpired.
    """
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0]
        finally:
            # Its senders and its web server are of its group: left alone they would load what comes next.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def commit() -> str:
    """Return the commit that is tested, with a plus if files differ from it."""
    git = ["git", "-C", str(ROOT)]
    try:
        name = subprocess.check_output([*git, "rev-parse", "--short", "HEAD"], text=True).strip()
        changed = subprocess.check_output([*git, "status", "--porcelain", "-uno"], text=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return name + "+" * bool(changed)


def measure(experiment: Experiment, *, seed: int, short: bool) -> dict[str, Any]:
    """Run an experiment, then its counter-proof; return the line of both."""
    began = time.monotonic()
    finding = _in_a_process(experiment, seed=seed, short=short, off=False)
    seconds = time.monotonic() - began
    without = _in_a_process(experiment, seed=seed, short=True, off=True)
    # One that ended in an error proves nothing.
    seen = without.runs > 0 and not without.holds
    return {
        "id": experiment.id,
        "target": experiment.target,
        "figure": finding.line(),
        "runs": finding.runs,
        "holds": finding.holds,
        "below": f"3/{finding.runs} at 95 %" if finding.holds else "",
        "safeguard": experiment.safeguard,
        "off": "violated" if seen else "NOT violated",
        "without": without.line(),
        "failure": experiment.failure,
        "seed": seed,
        "commit": commit(),
        "seconds": round(seconds, 1),
        "budget": experiment.budget,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 (the time of the run itself)
    }


def kept(path: Path, of: str) -> dict[str, dict[str, Any]]:
    """Return the newest line of each experiment for this commit."""
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return {line["id"]: line for line in lines if line.get("commit") == of}


def table(lines: list[dict[str, Any]]) -> str:
    """Return the table that ends a campaign."""
    rows = [("id", "holds", "runs", "below (95 %)", "safeguard off", "seconds", "of")]
    for line in lines:
        share = f"{min(300 / line['runs'], 100):.1f} %" if line["holds"] and line["runs"] else "-"
        rows.append(
            (line["id"], "yes" if line["holds"] else "NO", str(line["runs"]), share, line["off"],
             f"{line['seconds']:.0f}", str(line["budget"]))
        )  # fmt: skip
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    for line in lines:
        text += [
            "",
            f"{line['id']}  {line['failure']}",
            f"    target  {line['target']}",
            f"    worst   {line['figure']}",
            f"    without {line['safeguard']}: {line['without']}",
        ]
    return "\n".join(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--off", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    import tests.servers  # noqa: F401 (starts the servers that the addresses name)

    # Not by default: the imports above have named the settings of development, which pool connections.
    os.environ["DJANGO_SETTINGS_MODULE"] = "advocacy.settings.test"
    known = experiments()
    if unknown := set(given.ids) - set(known):
        parser.error(f"no experiment {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if given.one:
        return _one(known[given.ids[0]], given)
    lines = campaign([known[name] for name in given.ids] or list(known.values()), given)
    print(table(lines))
    return int(not all(line["holds"] and line["off"] == "violated" for line in lines))


def _one(experiment: Experiment, given: argparse.Namespace) -> int:
    import django

    django.setup()
    print(json.dumps(asdict(perform(experiment, seed=given.seed, short=given.short, off=given.off))))
    return 0


def campaign(wanted: list[Experiment], given: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure what is wanted, and has no line for this commit yet unless it was named."""
    total, lines = sum(each.budget for each in wanted), []
    print(f"{len(wanted)} experiments, at most {total / 60:.0f} minutes, seed {given.seed}", flush=True)
    for experiment in wanted:
        before = {} if given.ids or given.short else kept(RESULTS, commit())
        line = before.get(experiment.id) or measure(experiment, seed=given.seed, short=given.short)
        lines.append(line)
        if experiment.id not in before and not given.short:
            RESULTS.parent.mkdir(parents=True, exist_ok=True)
            with RESULTS.open("a") as file:
                print(json.dumps(line), file=file)
        print(f"{line['id']:<4} {line['seconds']:>6.1f} s  {line['figure']}", flush=True)
    return lines


if __name__ == "__main__":
    sys.exit(main())

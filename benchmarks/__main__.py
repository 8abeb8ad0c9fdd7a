"""Measure each goal beside its floor, in turn, round by round; print one table.

    python -m benchmarks                           1,000,000 dates and reminders, five rounds (make bench)
    python -m benchmarks --small                   seconds; the figures mean nothing
    python -m benchmarks --deadlines 100000 --rounds 3

Writes benchmarks/latest.json. A figure is a ratio to a floor that ran in the same round on the same server,
or a bound. A goal that is not met is named, and nothing fails by it.
"""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LATEST = Path(__file__).parent / "latest.json"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--small", action="store_true")
    for name in ("deadlines", "organisations", "rounds", "mails", "drain"):
        parser.add_argument(f"--{name}", type=int)
    given = parser.parse_args()
    import tests.servers  # noqa: F401 (starts the servers that the addresses name)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings.test")
    import django

    django.setup()
    from benchmarks.data import SMALL, Size

    sizes = {name: value for name, value in vars(given).items() if name != "small" and value}
    report = measure(replace(SMALL if given.small else Size(), **sizes))
    print(table(report))
    if not given.small:
        LATEST.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def measure(size: Any) -> dict[str, Any]:
    """Build the data and run every measure; return what latest.json holds."""
    from benchmarks import measures
    from benchmarks.data import bench
    from benchmarks.processes import mail_server, seconds_of_a_task

    began = time.monotonic()
    with bench(size) as made:
        built = time.monotonic() - began
        results = measures.planner(made) + measures.draining(made)
        with mail_server() as port:
            results += measures.mailing(made, port)
        results += measures.celery(made, seconds_of_a_task(made.database))
        [(version,)] = made.raw.execute("SHOW server_version").fetchall()
    return {
        "command": " ".join(["python -m benchmarks", *sys.argv[1:]]),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": version,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 (the time of the run itself)
        "load": os.getloadavg()[0],
        "seconds": round(time.monotonic() - began, 1),
        "seconds_to_build": round(built, 1),
        "size": vars(size),
        "results": [_row(result) for result in results],
    }


def _row(result: Any) -> dict[str, Any]:
    return {
        "goal": result.goal,
        "what": result.what,
        "figure": round(result.figure, 4),
        "worst": round(result.worst, 4),
        "target": f"<= {result.least:g} {result.unit}" if result.is_bound else f">= {result.least:g} x",
        "met": result.met,
        "cause": result.cause,
        "ours": [round(each, 2) for each in result.ours],
        "floor": [round(each, 2) for each in result.floor],
        "unit": result.unit,
    }


def table(report: dict[str, Any]) -> str:
    """Return the table: medians and worst, ratio to the floor, and whether the goal is met."""
    rows = [("goal", "what", "ours", "floor", "ratio", "worst", "target", "met")]
    for row in report["results"]:
        ours, floor = (_middle(row[name]) for name in ("ours", "floor"))
        rows.append(
            (row["goal"], row["what"], f"{ours} {row['unit']}", floor, f"{row['figure']:.3f}",
             f"{row['worst']:.3f}", row["target"], "yes" if row["met"] else "NOT MET")
        )  # fmt: skip
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines += [
        f"{row['what']}: {row['cause']}" for row in report["results"] if row["cause"] and not row["met"]
    ]
    of = ["command", "machine", "python", "postgresql", "load", "seconds"]
    return "\n".join([*lines, "", *(f"{name}: {report[name]}" for name in of)])


def _middle(values: list[float]) -> str:
    return f"{sorted(values)[len(values) // 2]:,.1f}" if values else "-"


if __name__ == "__main__":
    sys.exit(main())

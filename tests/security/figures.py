"""The figures of the run, said at its end."""

from typing import Any

PROPERTY = "isolation"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print each figure once, whichever conftest hands this hook in and however many workers ran."""
    if getattr(terminalreporter, "isolation_was_said", False):
        return
    terminalreporter.isolation_was_said = True
    reports = [
        report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])
    ]
    lines = [value for report in reports for name, value in report.user_properties if name == PROPERTY]
    if lines:
        terminalreporter.section("isolation of tenants")
        for line in dict.fromkeys(lines):
            terminalreporter.write_line(line)

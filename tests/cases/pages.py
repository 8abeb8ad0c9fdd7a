"""Reading and filling the pages in tests: what a person sees and types."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import connection

from advocacy.audit.models import AuditEvent
from advocacy.kernel import clock
from advocacy.organisations.models import TenantModel
from advocacy.organisations.scope import current


def stop_clock(settings: Any, moment: datetime) -> None:
    """Shift the one clock so that it reads `moment` (give or take the seconds of the test)."""
    settings.CLOCK_OFFSET = ""
    seconds = round((moment - clock.now()).total_seconds())
    settings.CLOCK_OFFSET = f"{seconds:+d}s"


def boxes(name: str, day: date) -> dict[str, str]:
    """Return a day as the three boxes post it."""
    return {f"{name}_{part}": str(getattr(day, part)) for part in ("month", "day", "year")}


def words_of(page: str) -> str:
    """Return the visible words of a page, blanks made single."""
    without = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S)
    return " ".join(html.unescape(without).split())


def errors_in_summary(page: str) -> list[str]:
    """Return the sentences of the error summary."""
    summary = re.search(r'<section class="summary".*?</section>', page, re.S)
    return [words_of(item) for item in re.findall(r"<li>(.*?)</li>", summary[0], re.S)] if summary else []


def errors_by_fields(page: str) -> list[str]:
    """Return the sentences that stand by the fields."""
    found = re.findall(r'<p class="error">(.*?)</p>', page, re.S)
    return [words_of(each).removeprefix("Error: ").removeprefix("Error:").strip() for each in found]


def title_of(page: str) -> str:
    """Return the page's title."""
    found = re.search(r"<title>(.*?)</title>", page, re.S)
    return words_of(found[1]) if found else ""


def part_of(page: str, labelled_by: str) -> str:
    """Return one section of a page, named by the id of its heading ("" if it is not there)."""
    found = re.search(rf'<section [^>]*aria-labelledby="{labelled_by}".*?</section>', page, re.S)
    return found[0] if found else ""


def rows_in(page: str) -> list[str]:
    """Return the rows of every queue in the page, as words, in the order shown."""
    return [words_of(row) for row in re.findall(r'<li class="row[^"]*">.*?</li>', page, re.S)]


def everything() -> dict[str, list[str]]:
    """Return every row of every tenant table of the organisation in scope, but who looked at what."""
    tables = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))
    looked = {AuditEvent._meta.db_table: "WHERE act NOT LIKE 'read %' AND act NOT LIKE 'listed %'"}
    rows = [f"SELECT '{name}', t::text FROM \"{name}\" t {looked.get(name, '')}" for name in tables]
    found: dict[str, list[str]] = {name: [] for name in tables}
    # One statement, since a form's test reads all of it twice. Without these two it would see no row.
    assert current() and connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows))
        for name, row in cursor:
            found[name].append(row)
    return {name: sorted(those) for name, those in found.items()}


def unchanged(act: Callable[[], object]) -> bool:
    """Return True if the act left every row as it was."""
    before = everything()
    act()
    return everything() == before

"""One page of a list."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from advocacy.kernel.reads import together

Rows = QuerySet[Any, Any]


def page_of(rows: Rows, *, number: str | None, size: int) -> Page[Any]:
    """Return the page of that number of a tenant table's rows: with its length, in one journey.

    What is not a number is the first page, a number too high the last, as with Django's `get_page`.
    """
    return page_with(rows, lambda _: [], number=number, size=size)[0]


def page_with(
    rows: Rows, beside: Callable[[Rows], list[Rows]], *, number: str | None, size: int
) -> tuple[Page[Any], list[list[Any]]]:
    """Return a page and what is read beside it, all in one journey; `beside` gets the ids of the page."""
    wanted = max(int(number), 1) if number and number.isascii() and number.isdecimal() else 1
    paginator = Paginator(rows, size)
    shown = rows[(wanted - 1) * size : wanted * size]
    # Within the scope all rows are one organisation's: one group, one count.
    counted = rows.order_by().values("organisation").annotate(rows=Count("*")).values_list("rows", flat=True)
    counts, found, *others = together(counted, shown, *beside(shown.values("pk")))
    paginator.count = sum(counts)
    if wanted > paginator.num_pages:
        return page_with(rows, beside, number=str(paginator.num_pages), size=size)
    return Page(found, wanted, paginator), others

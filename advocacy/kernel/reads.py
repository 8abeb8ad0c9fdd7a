"""Several questions, one journey to the database."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def together(*querysets: QuerySet[Any, Any]) -> tuple[list[Any], ...]:
    """Return the rows of each queryset, in order; the database is asked for all of them at once.

    For a page that shows unrelated things: its time is the server's work plus one way there and
    back, however many they are. What `prefetch_related` adds is fetched afterwards, as ever.
    """
    asked: list[tuple[QuerySet[Any, Any], Any, Any]] = []
    database: Any = connection
    with database.one_journey():
        for queryset in querysets:
            compiler = queryset.query.get_compiler(connection=connection)
            try:
                statement = compiler.as_sql()
            except EmptyResultSet:
                asked.append((queryset, compiler, None))
                continue
            cursor = connection.cursor()
            cursor.execute(*statement)
            asked.append((queryset, compiler, cursor))
    return tuple(_rows(*each) for each in asked)


def _rows(queryset: QuerySet[Any, Any], compiler: Any, cursor: Any) -> list[Any]:
    """Let the queryset make its rows of an answer that is here already."""
    if cursor is None:
        return []
    with cursor:
        answer = [cursor.fetchall()]
    compiler.execute_sql = lambda *_, **__: answer
    queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
    try:
        return list(queryset)
    finally:
        del queryset.query.get_compiler

"""Refuse a query on a tenant table that no scope, or no transaction, stands behind.

Row-level security would answer such a query with nothing, silently. Raising here turns the
forgotten scope into an error, whatever manager the query came from.
"""

from typing import Any

from django.apps import apps
from django.db.models.sql import compiler

from advocacy.organisations import scope

SQLCompiler: Any
SQLInsertCompiler: Any
SQLUpdateCompiler: Any
SQLDeleteCompiler: Any
SQLAggregateCompiler: Any

_tenant_tables: set[str] = set()


def tenant_tables() -> set[str]:
    """Return the names of all tables that carry an organisation and the locks."""
    if not _tenant_tables and apps.models_ready:
        from advocacy.organisations.models import TenantModel

        _tenant_tables.update(
            model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)
        )
    return _tenant_tables


def _check(query: Any, connection: Any) -> None:
    named = {query.get_meta().db_table} if query.model is not None else set()
    named |= {getattr(join, "table_name", "") for join in query.alias_map.values()}
    if not named & tenant_tables():
        return
    scope.current()
    if not connection.in_atomic_block:
        raise scope.ScopeError(
            "A tenant table is read or written outside a transaction: the database would show no row."
        )


def _guarded(base: type) -> type:
    class Guarded(base):
        def as_sql(self, *args: Any, **kwargs: Any) -> Any:
            # Every sub-query comes through here too.
            _check(self.query, self.connection)
            return super().as_sql(*args, **kwargs)

    Guarded.__name__ = Guarded.__qualname__ = base.__name__
    return Guarded


SQLCompiler = _guarded(compiler.SQLCompiler)
SQLInsertCompiler = _guarded(compiler.SQLInsertCompiler)
SQLUpdateCompiler = _guarded(compiler.SQLUpdateCompiler)
SQLDeleteCompiler = _guarded(compiler.SQLDeleteCompiler)
SQLAggregateCompiler = _guarded(compiler.SQLAggregateCompiler)

"""PostgreSQL, where each statement of a transaction finds the scope told, at no journey more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor, ServerCursor
from psycopg.pq import PipelineStatus, TransactionStatus

from advocacy.organisations import scope

# What a transaction holds when it begins: nothing; and after a rollback to a savepoint: who knows?
NOTHING_TOLD = ("", "", "")
UNKNOWN = ("?", "?", "?")

ONLY_WHAT_ASKS = 2**62


class DatabaseOperations(PostgresOperations):
    compiler_module = "advocacy.organisations.backend.compiler"


class _Prepared(Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Prepared":
        return super().execute(query, params, **options | {"prepare": True})


class DatabaseWrapper(base.DatabaseWrapper):
    """The stock backend, plus the scope before each statement that has to hear of it."""

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: tuple[str, str, str] = NOTHING_TOLD
        self.execute_wrappers.append(self._tell_scope_first)

    def _tell_scope_first(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Tell PostgreSQL the scope in force where it holds another one, on the statement's own journey.

        The settings are those of the running transaction: a pooled connection carries nothing on.
        """
        present = scope.settings_of(scope.current_or_none())
        if present == self._told or not self._is_open_to_statements():
            return execute(sql, params, many, context)
        # What a pipeline cannot take goes after it.
        alone = isinstance(context["cursor"].cursor, ServerCursor) or ";" in str(sql)
        with nullcontext() if alone else self.one_journey():
            with self.wrap_database_errors:
                self.connection.execute(scope.TELL, present)
            # If PostgreSQL refuses to hear it, the transaction has failed and takes no statement at all.
            self._told = present
            return execute(sql, params, many, context)

    def _is_open_to_statements(self) -> bool:
        """True within a transaction that has not failed; one that has takes its rollback and nothing else."""
        if not self.in_atomic_block or self.needs_rollback or self.connection is None:
            return False
        return bool(self.connection.info.transaction_status != TransactionStatus.INERROR)

    @contextmanager
    def one_journey(self) -> Iterator[None]:
        """Send the statements within together and wait once: their rows can be read on leaving."""
        self.ensure_connection()
        if self.connection.pgconn.pipeline_status != PipelineStatus.OFF:
            yield
            return
        with self.wrap_database_errors, self.connection.pipeline():
            yield

    def planned_once(self) -> CursorWrapper:
        """Return a cursor for a statement that runs again and again: planned once for each connection.

        To plan a join of tables with locks takes longer than to run it for one row.
        """
        self.ensure_connection()
        # Switches it on; nothing else ever runs so often.
        self.connection.prepare_threshold = ONLY_WHAT_ASKS
        return CursorWrapper(_Prepared(self.connection), self)

    def connect(self) -> None:
        self._told = NOTHING_TOLD
        super().connect()

    def set_autocommit(self, *args: Any, **kwargs: Any) -> None:
        self._told = NOTHING_TOLD
        super().set_autocommit(*args, **kwargs)

    def _commit(self) -> Any:
        self._told = NOTHING_TOLD
        return super()._commit()  # type: ignore[misc]  # the stubs leave these three out

    def _rollback(self) -> Any:
        self._told = NOTHING_TOLD
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        # The settings go back to what they were at the savepoint.
        self._told = UNKNOWN

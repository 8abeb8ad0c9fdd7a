"""PostgreSQL, with every transaction carrying the scope, and no tenant query outside of either."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from psycopg.pq import TransactionStatus

from advocacy.organisations import scope


class DatabaseOperations(PostgresOperations):
    compiler_module = "advocacy.organisations.backend.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """The stock backend, plus the scope at each BEGIN."""

    ops_class = DatabaseOperations

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        present = scope.current_or_none()
        if autocommit or present is None:
            return
        try:
            scope.apply(self, present)
        except BaseException:
            # A transaction without its scope must not go on.
            self.close()
            raise

    def is_usable_now(self) -> bool:
        """True unless the running transaction has failed and waits for its rollback."""
        connection: Any = self.connection
        return connection is not None and connection.info.transaction_status != TransactionStatus.INERROR

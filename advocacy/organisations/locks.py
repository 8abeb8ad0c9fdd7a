"""The migration operation that puts the locks on a tenant table."""

from typing import Any

from django.db.migrations.operations.base import Operation

from advocacy.organisations.doors import DOORS, SCAN_ROLE, SCANNED_TABLES
from advocacy.organisations.scope import Door

# A sub-select is evaluated once a statement; a cast on the column would cost the index.
IN_ORGANISATION = "organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"


def admits(doors: tuple[Door, ...], *, scanned: bool = False) -> str:
    """Return the policy's condition for the doors that may pass."""
    listed = ", ".join(f"'{door}'" for door in doors)
    condition = f"(SELECT current_setting('app.door', true)) IN ({listed})" if doors else "false"
    return f"({condition} OR current_user = '{SCAN_ROLE}')" if scanned else condition


def policies(table: str) -> dict[str, str]:
    """Return the policies a tenant table carries, as name -> the rest of CREATE POLICY."""
    wanted = {"tenant": f"AS PERMISSIVE FOR ALL USING ({IN_ORGANISATION}) WITH CHECK ({IN_ORGANISATION})"}
    for command, doors in DOORS[table].items():
        passes = admits(doors, scanned=command == "SELECT" and table in SCANNED_TABLES)
        clause = {
            "INSERT": f"WITH CHECK ({passes})",
            "UPDATE": f"USING ({passes}) WITH CHECK ({passes})",
        }.get(command, f"USING ({passes})")
        wanted[f"door_{command.lower()}"] = f"AS RESTRICTIVE FOR {command} {clause}"
    if table in SCANNED_TABLES:
        wanted["scan"] = f"AS PERMISSIVE FOR SELECT TO {SCAN_ROLE} USING (true)"
    return wanted


def composite_name(table: str, column: str) -> str:
    """Return the name of the composite foreign key of a column."""
    return f"{table}_{column}_same_organisation"


class LockTable(Operation):
    """Enable and force row-level security, set the policies, and back foreign keys by composite ones.

    Run it in the migration that makes the table, and again after a change of `doors.DOORS`.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str) -> None:
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing that Django knows of."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        run = schema_editor.execute
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for name, rest in policies(table).items():
            run(f"DROP POLICY IF EXISTS {name} ON {table}")
            run(f"CREATE POLICY {name} ON {table} {rest}")
        # An index and not a constraint: it can be kept where it stands, with what refers to it.
        run(f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_organisation_key ON {table} (organisation_id, id)")
        for field in model._meta.local_fields:
            remote = field.remote_field and field.remote_field.model._meta.db_table
            if remote in DOORS:
                self._bind(schema_editor, table, field.column, remote)

    def _bind(self, schema_editor: Any, table: str, column: str, remote: str) -> None:
        name = composite_name(table, column)
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organisation_id, {column}) "
            f"REFERENCES {remote} (organisation_id, id) DEFERRABLE INITIALLY DEFERRED"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave the locks on: the table goes with the migration that made it."""

    def describe(self) -> str:
        return f"Lock the table of {self.name} to its organisation"

    @property
    def migration_name_fragment(self) -> str:
        return f"lock_{self.name.lower()}"

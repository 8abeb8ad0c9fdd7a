"""The migration operation that puts the locks on a tenant table."""

from typing import Any

from django.db.migrations.operations.base import Operation

from advocacy.organisations.doors import OUTSIDE_THE_LOCKS
from advocacy.organisations.policies import IN_ORGANISATION

COMMANDS = {"SELECT": "USING", "INSERT": "WITH CHECK", "UPDATE": "USING", "DELETE": "USING"}


def composite_name(table: str, column: str) -> str:
    """Return the name of the composite foreign key of a column."""
    return f"{table}_{column}_same_organisation"


class LockTable(Operation):
    """Force row-level security, close every door, and back foreign keys by composite ones.

    It belongs in the migration that makes the table, after every table it refers to. The doors that
    `doors.DOORS` declares open at the end of the migrate run (`policies.open_doors`).
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
        run(f"CREATE POLICY tenant ON {table} USING ({IN_ORGANISATION}) WITH CHECK ({IN_ORGANISATION})")
        for command, clause in COMMANDS.items():
            name = f"door_{command.lower()}"
            run(f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {command} {clause} (false)")
        run(f"CREATE UNIQUE INDEX {table}_organisation_key ON {table} (organisation_id, id)")
        for field in model._meta.local_fields:
            remote = field.remote_field and field.remote_field.model
            if remote and _is_tenant(remote):
                _bind(schema_editor, table, field.column, remote._meta.db_table)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave the locks on: the table goes with the migration that made it."""

    def describe(self) -> str:
        return f"Lock the table of {self.name} to its organisation"

    @property
    def migration_name_fragment(self) -> str:
        return f"lock_{self.name.lower()}"


class BindColumn(Operation):
    """Back a foreign key that a tenant table got later by a composite one; after the table it refers to."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, field: str) -> None:
        self.model, self.field = model, field

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing that Django knows of."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        field = model._meta.get_field(self.field)
        table, remote = model._meta.db_table, field.remote_field.model._meta.db_table
        plain = schema_editor._constraint_names(model, [field.column], foreign_key=True)
        _bind(schema_editor, table, field.column, remote)
        # The older key is the first to refuse, by its name: that of an absent row must be the one of a
        # neighbour's. So the plain one is made anew, after the composite one.
        for name in plain:
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} "
                f"FOREIGN KEY ({field.column}) REFERENCES {remote} (id) DEFERRABLE INITIALLY DEFERRED"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave it: it goes with its column."""

    def describe(self) -> str:
        return f"Bind {self.field} of {self.model} to the organisation"

    @property
    def migration_name_fragment(self) -> str:
        return f"bind_{self.model.lower()}_{self.field}"


def _bind(schema_editor: Any, table: str, column: str, remote: str) -> None:
    schema_editor.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {composite_name(table, column)} "
        f"FOREIGN KEY (organisation_id, {column}) "
        f"REFERENCES {remote} (organisation_id, id) DEFERRABLE INITIALLY DEFERRED"
    )


def _is_tenant(model: Any) -> bool:
    """True for a model with a required organisation; a historical model has lost its base class."""
    fields = {field.name: field for field in model._meta.local_fields}
    owner = fields.get("organisation")
    return owner is not None and not owner.null and model._meta.db_table not in OUTSIDE_THE_LOCKS

"""Models and migrations."""

import ast
import itertools

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

from advocacy.organisations.doors import DOORS, OUTSIDE_THE_LOCKS
from advocacy.organisations.models import TenantModel
from tests.architecture.tree import PACKAGES, imports, migrations, modules, tree_of

# A migration outlives what it was written beside; these few are part of every table, and stay.
MIGRATIONS_MAY_IMPORT = (
    "advocacy.organisations.locks",
    "advocacy.organisations.doors",
    "advocacy.organisations.scope",
    "advocacy.kernel.ids",
    "advocacy.kernel.encrypted",
)


def our_models() -> list[type[models.Model]]:
    found = [model for model in apps.get_models() if model.__module__.partition(".")[0] in PACKAGES]
    assert len(found) > 20, "the scan found too little to prove anything"
    return found


def test_a_table_is_behind_the_locks_or_listed_as_outside_of_them() -> None:
    tenant = {model._meta.db_table for model in our_models() if issubclass(model, TenantModel)}
    other = {model._meta.db_table for model in our_models()} - tenant

    assert tenant == set(DOORS), "a tenant table has its line in organisations.doors.DOORS"
    assert other <= set(OUTSIDE_THE_LOCKS), "derive from TenantModel, or say why not in OUTSIDE_THE_LOCKS"
    assert all(OUTSIDE_THE_LOCKS.values())


def test_the_list_of_tables_outside_the_locks_holds_no_stale_entry() -> None:
    tables = {
        table for model in apps.get_models(include_auto_created=True) for table in [model._meta.db_table]
    }
    without_a_model = {"django_migrations", "cache_entry"}

    assert set(OUTSIDE_THE_LOCKS) - tables - without_a_model == set()


def test_every_tenant_row_needs_its_organisation() -> None:
    for model in our_models():
        if issubclass(model, TenantModel):
            field = model._meta.get_field("organisation")
            assert not field.null, model
            assert not field.editable, f"{model}: a form must never set it"


def test_every_casework_row_names_its_client() -> None:
    of_no_client = {"client", "case_number", "audit_event"}
    # How an organisation has its people told, and who of them is here: no client's.
    of_no_client |= {"reminder_policy", "reminder_hours", "absence", "stand_in", "emergency_contact"}
    of_no_client |= {"reminder_digest"}
    for model in our_models():
        if issubclass(model, TenantModel) and model.__module__.startswith(("cases.", "reminders")):
            names = {field.name for field in model._meta.local_fields}
            assert model._meta.db_table in of_no_client or "client" in names, model


def test_relations_across_features_hide_their_reverse_side() -> None:
    shown, looked_at = [], 0
    for model in our_models():
        for field in model._meta.local_fields:
            remote = field.related_model if field.is_relation else None
            if remote is None or remote._meta.app_config is model._meta.app_config:
                continue
            looked_at += 1
            if not field.remote_field.hidden:
                shown.append(f"{model._meta.label}.{field.name}")

    assert looked_at > 30
    assert shown == [], 'a lower feature must not see a higher one: related_name="+"'


def test_no_table_is_made_for_a_many_to_many() -> None:
    assert [model for model in our_models() if model._meta.local_many_to_many] == []


def test_who_and_when_come_together() -> None:
    loose, pairs = [], 0
    for model in our_models():
        fields = {field.name: field for field in model._meta.local_fields}
        for name, field in fields.items():
            stem = name.removesuffix("_by")
            times = [fields[each] for each in (f"{stem}_at", f"{stem}_on") if each in fields]
            if stem == name or not times:
                continue
            pairs += 1
            if field.null and all(time.null for time in times) and not _bound(model, name, times[0].name):
                loose.append(f"{model._meta.label}: {times[0].name} and {name}")

    assert pairs > 3
    assert loose == [], "a CheckConstraint must keep them both set or both empty"


def _bound(model: type[models.Model], *names: str) -> bool:
    conditions = [
        str(constraint.condition)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]
    return any(all(name in condition for name in names) for condition in conditions)


def test_no_migration_is_missing() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner()
    )

    changes = detector.changes(graph=loader.graph)

    ours = {label: each for label, each in changes.items() if label in _our_labels()}
    assert ours == {}, "run manage.py makemigrations, and give the file a name that says what it does"


def _our_labels() -> set[str]:
    return {config.label for config in apps.get_app_configs() if config.name.partition(".")[0] in PACKAGES}


def test_every_migration_says_in_its_name_what_it_does() -> None:
    names = [name.rpartition(".")[2] for name in migrations()]

    assert len(names) > 8
    assert [name for name in names if "_auto_" in name or not name[:4].isdigit()] == []


def test_no_migration_imports_what_may_change() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name in migrations()
        for imported in imports(name)
        if imported.partition(".")[0] in PACKAGES
        and not imported.startswith(MIGRATIONS_MAY_IMPORT)
        # `import advocacy.kernel.ids` and the package on the way to a name that is allowed.
        and not any(
            each.startswith(f"{imported}.")
            for each in imports(name)
            if each.startswith(MIGRATIONS_MAY_IMPORT)
        )
    ]

    assert wrong == []


def test_every_tenant_table_is_locked_by_the_migration_that_makes_it() -> None:
    labels = {model._meta.label_lower for model in our_models() if issubclass(model, TenantModel)}
    apart = []
    for path in migrations().values():
        made, locked = set(), set()
        for node in (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)):
            named = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if named == "CreateModel":
                made |= {keyword.value.value.lower() for keyword in node.keywords if keyword.arg == "name"}
            elif named == "LockTable":
                given = itertools.chain(node.args, (keyword.value for keyword in node.keywords))
                locked |= {each.value.lower() for each in given if isinstance(each, ast.Constant)}
        tenant = {name for name in made if any(label.endswith(f".{name}") for label in labels)}
        apart += [f"{path.name}: {name}" for name in tenant - locked]

    assert apart == [], "add LockTable to the same migration"


def test_every_app_with_tables_is_labelled_by_its_full_path() -> None:
    ours = [config for config in apps.get_app_configs() if config.name.partition(".")[0] in PACKAGES]

    assert len(ours) > 12
    assert [config.name for config in ours if config.label != config.name.replace(".", "_")] == []
    assert all(config.name in modules() for config in ours)

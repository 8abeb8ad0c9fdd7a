"""The marks reach every text a tenant holds: a column without one would leak unseen."""

import psycopg
from django.apps import apps
from psycopg import sql

from advocacy.kernel.encrypted import EncryptedTextField
from advocacy.organisations.doors import DOORS
from tests.security.tenants import Tenant, marks_in

# Text columns in which nobody writes freely, each with its reason.
WITHOUT_A_MARK = {
    ("audit_event", "act"): "our words and names of pages",
    ("audit_event", "door"): "a closed list",
    ("audit_event", "subject_kind"): "a closed list",
    ("case_file", "number"): "counted",
    ("document", "content_type"): "a closed list",
    ("document", "sha256"): "computed",
    ("document", "stored_as"): "a random name",
    ("deadline", "rule"): "a key of the rulebook",
    ("deadline", "title"): "words of the rulebook",
    ("deadline", "owed_by"): "a closed list",
    ("deadline", "readings"): "computed",
    ("deadline", "steps"): "computed",
    ("deadline", "days"): "computed",
    ("deadline", "sentences"): "computed",
    ("reminder", "step"): "a closed list",
    ("reminder_policy", "ours_days"): "numbers",
    ("reminder_policy", "ours_hours"): "numbers",
    ("reminder_policy", "client_days"): "numbers",
    ("reminder_policy", "also"): "a closed list",
    ("story_figures", "counts"): "numbers",
    ("testimonial", "published_text"): "empty until it is published",
    ("testimonial", "published_translation"): "empty until it is published",
    ("testimonial", "published_name"): "empty until it is published",
    ("testimonial_consent", "text_language"): "a closed list",
    ("testimonial_consent", "text_version"): "a closed list",
}
TEXT = """
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = ANY (%s)
AND data_type IN ('text', 'character varying', 'jsonb')
"""


def test_every_text_of_a_tenant_holds_a_mark_or_is_listed(
    two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    with psycopg.connect(admin_url) as administrator:
        columns = set(administrator.execute(TEXT, [list(DOORS)]).fetchall())
        marked = {
            (table, column)
            for table, column in columns
            if {slug for slug, _ in marks_in(_everything(administrator, table, column))}
            == {"harbor", "sierra"}
        }

        columns -= {(table, column) for table, column in columns if not _is_typed(table, column)}

    assert len(columns) > 30
    assert columns - marked - set(WITHOUT_A_MARK) == set(), (
        "write a mark into it in tests/security/tenants.py"
    )
    listed = {(table, column) for table, column in WITHOUT_A_MARK if table in {name for name, _ in columns}}
    assert listed - columns == set(), "listed, and there is no such column"
    assert set(WITHOUT_A_MARK) & marked == set(), "listed as without a mark, and it has one"


def _is_typed(table: str, column: str) -> bool:
    """False for a closed list, and for what is encrypted: the walk meets that on pages that decrypt it."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    field = next(field for field in model._meta.local_fields if field.column == column)
    return not field.choices and not isinstance(field, EncryptedTextField)


def _everything(administrator: psycopg.Connection, table: str, column: str) -> bytes:
    query = sql.SQL("SELECT string_agg({}::text, ' ') FROM {}")
    [text] = administrator.execute(query.format(sql.Identifier(column), sql.Identifier(table))).fetchone()
    return (text or "").encode()

"""The audit of locks: silent on a sound database, and outspoken on each damage."""

from typing import Any

import pytest
from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict

from advocacy.organisations.catalogue import stop_unless_locked, violations
from tests.security.database import administrator, as_app

IN_PLACE = "organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
DOOR = "(SELECT current_setting('app.door', true))"
PLAIN_FUNCTION = "LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM note'"
OTHER_BODY = "LANGUAGE sql SECURITY DEFINER AS 'SELECT organisation_id, 1::bigint, now() FROM reminder'"
OTHER_ROWS = "TABLE (organisation_id uuid, due bigint, earliest timestamptz)"

# Each damage, and the words by which the audit names it.
DAMAGES = {
    "a policy dropped": ("DROP POLICY tenant ON note", "note: policy tenant"),
    "a door's policy dropped": ("DROP POLICY door_select ON note", "note: policy door_select"),
    "row-level security off": ("ALTER TABLE note DISABLE ROW LEVEL SECURITY", "note: row-level security"),
    "not forced": ("ALTER TABLE note NO FORCE ROW LEVEL SECURITY", "note: row-level security"),
    "a policy OR true": (
        f"ALTER POLICY tenant ON note USING ({IN_PLACE} OR true)", "note: policy tenant"),
    "a policy OR something always true": (
        f"ALTER POLICY tenant ON note USING ({IN_PLACE} OR id IS NOT NULL)", "note: policy tenant"),
    "a policy that checks no new row": (
        "ALTER POLICY tenant ON note WITH CHECK (true)", "note: policy tenant"),
    "a door's policy OR true": (
        f"ALTER POLICY door_select ON note USING ({DOOR} IN ('staff', 'job') OR 1 = 1)",
        "note: policy door_select"),
    "a policy that lists another door": (
        f"ALTER POLICY door_select ON note USING ({DOOR} IN ('staff', 'job', 'portal'))",
        "note: policy door_select"),
    "a door's policy for another role": (
        "ALTER POLICY door_select ON note TO app_owner", "note: policy door_select"),
    "a door's policy made permissive": (
        "DROP POLICY door_delete ON note; CREATE POLICY door_delete ON note FOR DELETE USING (true)",
        "note: policy door_delete"),
    "one policy more": ("CREATE POLICY extra ON note USING (true)", "note: policy extra"),
    "the scan's policy for everybody": ("ALTER POLICY scan ON reminder TO PUBLIC", "reminder: policy scan"),
    "a composite key dropped": (
        "ALTER TABLE note DROP CONSTRAINT note_case_id_same_organisation", "note.case_id: no composite key"),
    "a key of two columns without the organisation": (
        "ALTER TABLE note DROP CONSTRAINT note_case_id_same_organisation; "
        "ALTER TABLE case_file ADD CONSTRAINT pair UNIQUE (client_id, id); "
        "ALTER TABLE note ADD CONSTRAINT pair FOREIGN KEY (client_id, case_id) "
        "REFERENCES case_file (client_id, id)",
        "note.case_id: no composite key"),
    "a composite key not enforced": (
        "ALTER TABLE note ALTER CONSTRAINT note_case_id_same_organisation NOT ENFORCED",
        "note.case_id: no composite key"),
    "a table owned": ("ALTER TABLE note OWNER TO {user}", "owns 1 tables"),
    "an owner's rights granted": ("GRANT app_owner TO {user}", "may become their owner"),
    "the scan's rights granted": ("GRANT app_scan TO {user}", "app_scan"),
    "rows past the policies": ("ALTER ROLE {user} BYPASSRLS", "bypasses row-level security"),
    "truncation granted": ("GRANT TRUNCATE ON note TO {user}", "TRUNCATE"),
    "a table without locks": ("CREATE TABLE stray (id uuid)", "stray is neither locked nor listed"),
    "a declared table gone": ("ALTER TABLE note RENAME TO notes", "note is declared, and there is no such"),
    "an organisation left open": (
        "ALTER TABLE note ALTER COLUMN organisation_id DROP NOT NULL", "note: no required organisation_id"),
    "a view with its owner's rights": ("CREATE VIEW all_notes AS SELECT * FROM note", "all_notes: the view"),
    "a materialized view": (
        "CREATE MATERIALIZED VIEW every_note AS SELECT * FROM note", "every_note: a materialized view"),
    "a function with its owner's rights": (
        f"CREATE FUNCTION peep() RETURNS bigint {PLAIN_FUNCTION}", "peep: a SECURITY DEFINER function"),
    "a listed function of another owner": (
        "ALTER FUNCTION reminders_due(timestamptz) OWNER TO app_owner", "reminders_due: owned by app_owner"),
    "a listed function twice": (
        f"CREATE FUNCTION reminders_due() RETURNS {OTHER_ROWS} {OTHER_BODY}", "reminders_due"),
    "a unique key across tenants": (
        "CREATE UNIQUE INDEX across ON client (email, organisation_id)", "client: unique key across"),
}  # fmt: skip


@pytest.mark.django_db
def test_every_lock_stands_and_the_suite_runs_as_the_restricted_role() -> None:
    assert violations(connection) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_audit_of_locks_names(
    damage: str, django_db_setup: None, django_db_blocker: Any, admin_url: str
) -> None:
    statements, words = DAMAGES[damage]
    user = str(conninfo_to_dict(as_app(admin_url))["user"])

    with django_db_blocker.unblock(), administrator(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statements.replace("{user}", user))
            cursor.execute(f"SET LOCAL ROLE {user}")
        found = violations(connection)
        transaction.set_rollback(True)

    assert [line for line in found if words in line], found


def test_a_process_that_would_serve_as_a_superuser_stops_with_advice(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), administrator(), pytest.raises(SystemExit) as stopped:
        stop_unless_locked()

    assert "superuser" in str(stopped.value)
    assert "DATABASE_URL" in str(stopped.value)

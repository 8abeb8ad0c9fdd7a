"""The one question asked across organisations: who has reminders due. It answers with ids and counts."""

from django.db import migrations

from advocacy.organisations.doors import SCAN_ROLE

CREATE = """
CREATE FUNCTION reminders_due(at timestamptz)
RETURNS TABLE (organisation_id uuid, due bigint, earliest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT reminder.organisation_id, count(*), min(reminder.send_at)
    FROM reminder
    WHERE reminder.state = 'planned' AND reminder.send_at <= at
      AND (reminder.lease_until IS NULL OR reminder.lease_until <= at)
    GROUP BY reminder.organisation_id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                CREATE,
                f"GRANT SELECT ON reminder TO {SCAN_ROLE}",
                # A new owner must be able to create in the schema at that moment, and not after.
                f"GRANT CREATE ON SCHEMA public TO {SCAN_ROLE}",
                # Anyone who may connect may ask: the answer holds no data of a client.
                "GRANT EXECUTE ON FUNCTION reminders_due(timestamptz) TO PUBLIC",
                f"ALTER FUNCTION reminders_due(timestamptz) OWNER TO {SCAN_ROLE}",
                f"REVOKE CREATE ON SCHEMA public FROM {SCAN_ROLE}",
            ],
            reverse_sql="DROP FUNCTION reminders_due(timestamptz)",
        ),
    ]

"""The table of the small cache: sign-in limits and counts (settings.CACHES)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("advocacy_organisations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE TABLE cache_entry (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, "
                "expires timestamptz NOT NULL)",
                "CREATE INDEX cache_entry_expires ON cache_entry (expires)",
            ],
            reverse_sql="DROP TABLE cache_entry",
        ),
    ]

"""The ledger of digests: one row a person and day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import advocacy.kernel.ids
import advocacy.organisations.scope
from advocacy.organisations.locks import LockTable


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("advocacy_organisations", "0002_cache_table"),
        ("reminders", "0003_policy_people_and_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.UUIDField(default=advocacy.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("queued_at", models.DateTimeField()),
                ("organisation", models.ForeignKey(db_index=False, default=advocacy.organisations.scope.current_organisation_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="advocacy_organisations.organisation")),
                ("recipient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "reminder_digest",
                "constraints": [models.UniqueConstraint(fields=("organisation", "recipient", "day"), name="reminder_digest_once")],
            },
        ),
        LockTable("Digest"),
    ]

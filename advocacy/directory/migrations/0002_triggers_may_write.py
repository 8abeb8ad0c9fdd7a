"""The history is written by triggers, in the serving role's name: it may call the two functions they use."""

from django.db import migrations

FUNCTIONS = ("_pgh_attach_context()", "_pgtrigger_should_ignore(name)")


class Migration(migrations.Migration):
    dependencies = [("advocacy_directory", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # Both run with the caller's rights and read nothing but settings of the session.
            sql=[f"GRANT EXECUTE ON FUNCTION {each} TO PUBLIC" for each in FUNCTIONS],
            reverse_sql=[f"REVOKE EXECUTE ON FUNCTION {each} FROM PUBLIC" for each in FUNCTIONS],
        ),
    ]

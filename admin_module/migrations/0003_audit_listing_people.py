"""Who looked at a person: entries that list people are found by one of them, without reading the log."""

from django.db import migrations


def add(apps, editor):
    """SQLite reads the log through: there it is short."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_listing_people"
            " ON admin_module_auditentry USING gin ((detail -> 'recipients') jsonb_path_ops)"
            " WHERE (detail -> 'recipients') IS NOT NULL"
        )


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX CONCURRENTLY IF EXISTS audit_listing_people")


class Migration(migrations.Migration):
    atomic = False  # CONCURRENTLY: nobody waits for it

    dependencies = [("admin_module", "0002_audit_triggers")]

    operations = [migrations.RunPython(add, drop)]

"""How PostgreSQL keeps the outbox: room for updates in a page, and vacuum long before bloat."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STORAGE = {
    "messaging_delivery": "fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01,"
    " autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0",
    "messaging_counter": "fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01",
}


def set_storage(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table, options in STORAGE.items():
            schema_editor.execute(f"ALTER TABLE {table} SET ({options})")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]
    operations = [migrations.RunPython(set_storage, migrations.RunPython.noop)]

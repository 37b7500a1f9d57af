"""The audit log refuses to be changed, by the database itself."""

from django.db import migrations

from admin_module import append_only


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0001_initial")]

    operations = [
        append_only.operation("admin_module_auditentry"),
        append_only.operation("admin_module_auditlink"),
    ]

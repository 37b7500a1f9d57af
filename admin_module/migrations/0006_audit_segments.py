"""The log is asked by action and by request; one role of PostgreSQL may drop its old segments."""

from django.db import migrations, models

from admin_module import append_only

TABLES = ("admin_module_auditentry", "admin_module_auditlink")


def guard_anew(apps, editor):
    """The guard now names who may remove rows; SQLite knows no roles and keeps the guard it has."""
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            append_only.release(editor.connection, table)
            append_only.guard(editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0005_configuration")]

    operations = [
        migrations.AddIndex(
            "auditentry", models.Index(fields=["action", "id"], name="audit_of_an_action")
        ),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["request_id"], name="audit_of_a_request")
        ),
        migrations.AlterModelOptions(
            "gatewaycheck",
            {
                "default_permissions": (),
                "permissions": (("reopen_channel", "Can let a paused channel go on"),),
            },
        ),
        migrations.RunPython(guard_anew, migrations.RunPython.noop),
    ]

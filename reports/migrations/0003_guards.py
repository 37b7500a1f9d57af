"""What happened to a report refuses to be changed, by the database itself."""

from django.db import migrations

from admin_module import append_only


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_first_categories")]

    operations = [append_only.operation("reports_reportevent")]

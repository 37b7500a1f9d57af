from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0002_audit_triggers")]

    operations = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_storage"), ("admin_module", "0004_units")]

    operations = []

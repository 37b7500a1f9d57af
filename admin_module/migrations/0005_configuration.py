from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0004_units")]

    operations = []

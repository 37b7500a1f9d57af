from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0001_initial"), ("admin_module", "0004_units")]

    operations = []

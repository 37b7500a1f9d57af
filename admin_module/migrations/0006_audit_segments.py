from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0005_configuration")]

    operations = []

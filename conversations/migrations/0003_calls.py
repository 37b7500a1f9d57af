from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_register")]

    operations: list[object] = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0009_sealed_files")]

    operations: list[migrations.operations.base.Operation] = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0008_counters")]

    operations: list[migrations.operations.base.Operation] = []

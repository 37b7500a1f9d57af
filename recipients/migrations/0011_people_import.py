from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0010_groups_and_merging")]

    operations: list[migrations.operations.base.Operation] = []

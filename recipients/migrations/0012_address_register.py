from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0011_people_import")]

    operations: list[migrations.operations.base.Operation] = []

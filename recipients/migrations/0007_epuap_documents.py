from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0006_recipients_by_state")]

    operations: list[migrations.operations.base.Operation] = []

"""Messages that everybody may read."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0011_upps")]

    operations: list[migrations.operations.base.Operation] = []

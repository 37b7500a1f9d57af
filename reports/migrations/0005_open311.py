"""Keys of programs that report by Open311."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_desk")]

    operations: list[migrations.operations.base.Operation] = []

"""What everybody may see of reports."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_open311")]

    operations: list[migrations.operations.base.Operation] = []

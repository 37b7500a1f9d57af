"""Photos of reports, and what was sent before its report."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_first_categories")]

    operations: list[migrations.operations.base.Operation] = []

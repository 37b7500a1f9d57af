"""What changed for whom, in an order that loses nothing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0014_kept_answers")]

    operations: list[migrations.operations.base.Operation] = []

"""Hints about public messages to devices that nobody paired."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0012_public_messages")]

    operations: list[migrations.operations.base.Operation] = []

"""Answers kept for requests that are repeated (Idempotency-Key)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0013_devices")]

    operations: list[migrations.operations.base.Operation] = []

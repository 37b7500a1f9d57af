"""Devices with the app, and whose they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0012_address_register")]

    operations: list[migrations.operations.base.Operation] = []

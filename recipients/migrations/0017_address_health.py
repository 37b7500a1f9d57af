"""Addresses that no longer answer."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0016_language")]

    operations = []

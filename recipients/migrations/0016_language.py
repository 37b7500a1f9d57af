"""The language each person reads."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0015_changes")]

    operations = []

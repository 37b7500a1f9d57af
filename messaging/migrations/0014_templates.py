"""Texts used again, their versions, and what is attached."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0013_public_hints")]

    operations = []

"""What was approved, and when it may leave."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0015_composing")]

    operations = []

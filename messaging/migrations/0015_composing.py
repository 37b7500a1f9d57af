"""What a draft keeps while it is written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_templates")]

    operations = []

"""What is kept of a message when it is over."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0020_providers")]

    operations = []

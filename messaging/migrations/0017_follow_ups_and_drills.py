"""What puts a message right or calls it off; exercises."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0016_approval_and_time")]

    operations = []

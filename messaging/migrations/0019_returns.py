"""What providers and mail servers send back."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0018_escalation")]

    operations = []

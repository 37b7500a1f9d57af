"""More than one provider of a channel."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0019_returns")]

    operations = []

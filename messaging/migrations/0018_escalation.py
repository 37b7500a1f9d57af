"""The app first, an SMS later."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0017_follow_ups_and_drills")]

    operations = []

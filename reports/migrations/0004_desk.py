"""What staff work with: templates of answers, outside bodies, moderation."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_photos")]

    operations: list[migrations.operations.base.Operation] = []

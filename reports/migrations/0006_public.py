"""What everybody may see of reports, the newest first."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_open311")]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["-id"], name="newest_public_reports", condition=Q(visibility="public")
            ),
        ),
    ]

from django.db import migrations, models

import consents.models


class Migration(migrations.Migration):
    dependencies = [("consents", "0004_units")]

    operations = [
        migrations.AlterModelOptions(
            "topic",
            {"default_permissions": ("view", "add", "change"), "ordering": ("place", "bit")},
        ),
        migrations.AddField("topic", "place", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "topic",
            "legal_basis",
            models.CharField("legal basis", max_length=200, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "topic", "channels", models.JSONField(default=consents.models.every_channel)
        ),
        migrations.AddField("topic", "closed_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("topic", "revision", models.PositiveIntegerField(default=1)),
    ]

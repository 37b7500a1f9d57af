"""Messages that everybody may read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0011_upps"),
        ("recipients", "0015_changes"),
    ]

    operations = [
        migrations.AddField("message", "public", models.BooleanField(default=False)),
        migrations.AddField("message", "published_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("message", "withdrawn_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("message", "areas", models.JSONField(blank=True, default=list)),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["published_at"],
                name="messages_for_everybody",
            ),
        ),
    ]

from django.db import migrations, models

from admin_module import append_only


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_voice")]

    operations = [
        migrations.AddField(
            model_name="listeningprotocol",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        append_only.operation("conversations_playbackevent"),
    ]

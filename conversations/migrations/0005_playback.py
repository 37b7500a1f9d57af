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
        migrations.AlterField(
            model_name="requestletter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("application", "application"),
                    ("completion", "call for completion"),
                    ("opinion_request", "request for an opinion"),
                    ("opinion", "opinion"),
                    ("extension", "notice of a longer time"),
                    ("decision", "decision"),
                    ("appointment", "notice of the appointment"),
                    ("refusal", "refusal"),
                    ("not_found", "notice that there is no recording"),
                    ("closing", "notice that the case is closed"),
                    ("transcript", "letter with a transcript or copy"),
                    ("copy", "copy or transcript of a conversation"),
                    ("protocol", "protocol of the listening"),
                    ("signed", "scan of a signed paper"),
                ],
                max_length=15,
            ),
        ),
        append_only.operation("conversations_playbackevent"),
    ]

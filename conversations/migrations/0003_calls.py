import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_register")]

    operations = [
        migrations.AddField(
            model_name="ingestjob",
            name="exchange",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jobs",
                to="conversations.exchangekey",
            ),
        ),
        migrations.AddField(
            model_name="ingestjob",
            name="request_key",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="source",
            field=models.CharField(
                choices=[
                    ("widget", "chat of the office"),
                    ("twilio", "Twilio"),
                    ("upload", "exchange, by the interface for programs"),
                    ("folder", "exchange, by the watched folder"),
                    ("manual", "entered by hand"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="ingestjob",
            index=models.Index(
                condition=models.Q(("request_key", ""), _negated=True),
                fields=["request_key"],
                name="ingest_jobs_by_request",
            ),
        ),
        migrations.AddIndex(
            model_name="ingestjob",
            index=models.Index(fields=["source", "external_id"], name="ingest_jobs_of_a_call"),
        ),
    ]

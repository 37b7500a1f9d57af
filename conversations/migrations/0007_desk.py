import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Triggers of conversations ask for data keys; SQLite looks at them whenever a table is made anew.
    dependencies = [("conversations", "0006_chat"), ("encryption", "0001_initial")]

    operations = [
        migrations.AddField(
            "chatsession", "agent_read_seq", models.PositiveIntegerField(default=0)
        ),
        migrations.AddField("cannedresponse", "revision", models.PositiveIntegerField(default=1)),
        migrations.AlterField(
            "chatblock",
            "reason",
            models.CharField(
                choices=[
                    ("abuse", "abusive words"),
                    ("threats", "threats"),
                    ("spam", "advertising or automatic messages"),
                ],
                max_length=10,
                verbose_name="reason",
            ),
        ),
        migrations.CreateModel(
            name="ChatDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("begun", models.PositiveIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("abandoned", models.PositiveIntegerField(default=0)),
                ("offline", models.PositiveIntegerField(default=0)),
                ("waits", models.JSONField(default=dict)),
                ("stars", models.JSONField(default=dict)),
                (
                    "inbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="conversations.chatinbox",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inbox", "day"), name="one_day_of_an_inbox_is_counted"
                    )
                ],
            },
        ),
    ]

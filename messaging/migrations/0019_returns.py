"""What providers and mail servers send back."""

import django.db.models.deletion
from django.db import migrations, models

BIG_KEY = models.BigAutoField(
    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
)


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0007_scans"),
        ("messaging", "0018_escalation"),
        ("recipients", "0017_address_health"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnBox",
            fields=[
                ("id", BIG_KEY),
                ("due_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=40)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="ReturnedMail",
            fields=[
                ("id", BIG_KEY.clone()),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bounce", "could not be delivered"),
                            ("delayed", "still being tried by the server"),
                            ("delivered", "confirmation of delivery"),
                            ("auto_reply", "automatic answer"),
                            ("complaint", "marked as spam"),
                            ("strange", "about no mail of ours"),
                            ("letter", "somebody’s answer"),
                            ("too_large", "too large to be read"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="InboundWord",
            fields=[
                ("id", BIG_KEY.clone()),
                ("provider", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=100)),
                (
                    "word",
                    models.CharField(
                        choices=[("stop", "STOP"), ("start", "START"), ("other", "something else")],
                        max_length=5,
                    ),
                ),
                ("people", models.PositiveSmallIntegerField(default=0)),
                ("acts", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consents.topic",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["at"], name="words_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "event_id"), name="a_word_by_sms_is_heard_once"
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="delivery",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_consent", "no consent for this topic and channel"),
                    ("no_address", "no address for this channel"),
                    ("not_active", "the account is not active"),
                    ("restricted", "the account is restricted"),
                    ("suspended", "the account is suspended"),
                    ("erased", "the account was erased"),
                    ("expired", "the message expired"),
                    ("cancelled", "the sending was cancelled"),
                    ("same_address", "someone else gets the same text at this address"),
                    ("refused", "the provider refused"),
                    ("too_many_tries", "too many tries"),
                    ("lost_answer", "no answer came after it was handed over"),
                    ("left_unknown", "staff left it as it is"),
                    ("suppressed_address", "messages to this address come back"),
                    ("opened_before", "the person opened it in the app before"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "unknown")),
                fields=["message", "channel", "id"],
                name="deliveries_unknown",
            ),
        ),
    ]

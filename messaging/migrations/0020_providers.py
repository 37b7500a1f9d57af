"""More than one provider of a channel."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0019_returns")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="provider",
            field=models.CharField(blank=True, db_default="", max_length=8),
        ),
        migrations.AddField(
            model_name="providerpulse",
            name="provider",
            field=models.CharField(blank=True, db_default="", max_length=8),
        ),
        migrations.CreateModel(
            name="ProviderState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                ("provider", models.CharField(max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("working", "works"),
                            ("resting", "rests"),
                            ("checking", "is being tested"),
                            ("trying", "gets one message to try"),
                            ("probing", "is being tried with one message"),
                            ("off", "switched off"),
                        ],
                        default="working",
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("rests", models.PositiveSmallIntegerField(default=0)),
                ("worked_at", models.DateTimeField(null=True)),
                ("balance", models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ("balance_unit", models.CharField(blank=True, max_length=8)),
                ("balance_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "provider"), name="one_state_of_a_channels_provider"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RateSlot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                ("provider", models.CharField(max_length=8)),
                ("free_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "provider"), name="one_slot_of_a_channels_provider"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandedOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                ("provider", models.CharField(max_length=8)),
                ("number", models.PositiveIntegerField(default=0)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handed_over",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "channel", "provider"),
                        name="one_sum_per_message_channel_and_provider",
                    )
                ],
            },
        ),
    ]

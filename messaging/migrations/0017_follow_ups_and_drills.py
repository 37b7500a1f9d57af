"""What puts a message right or calls it off; exercises."""

import datetime

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0016_approval_and_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="follows",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_ups",
                to="messaging.message",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="follow_kind",
            field=models.CharField(
                blank=True,
                choices=[("correction", "correction"), ("call_off", "call-off")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="message", name="with_unknown", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="message", name="drill", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="message",
            name="begun_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="halted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="handed_at_halt",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("drill", True)), fields=["id"], name="drills"),
        ),
        migrations.CreateModel(
            name="DrillPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "enabled",
                    models.BooleanField(default=False, verbose_name="Hold a drill every month"),
                ),
                (
                    "day",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="Day of the month",
                    ),
                ),
                (
                    "clock",
                    models.TimeField(default=datetime.time(10, 0), verbose_name="Hour"),
                ),
                ("ran_on", models.DateField(null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pattern",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="messaging.message",
                        verbose_name="Drill to repeat",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DrillTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                ("people", models.PositiveIntegerField()),
                ("half", models.FloatField(null=True)),
                ("most", models.FloatField(null=True)),
                ("last", models.FloatField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drill_times",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "channel"), name="one_time_per_drill_and_channel"
                    )
                ],
            },
        ),
    ]

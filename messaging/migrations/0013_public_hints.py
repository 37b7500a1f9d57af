"""Hints to devices one by one: of public messages to those that nobody paired, of reports to anybody's."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0012_public_messages"),
        ("recipients", "0015_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceHint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(choices=[("message", "a message to the person"), ("announcement", "a message for everybody"), ("report", "a report")], max_length=12)),
                ("thing", models.UUIDField()),
                ("paired_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("device", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="hints", to="recipients.device")),
            ],
            options={
                "indexes": [models.Index(fields=["due_at", "id"], name="device_hints_due")],
                "constraints": [models.UniqueConstraint(fields=("device", "about", "thing"), name="one_hint_of_a_thing_per_device")],
            },
        ),
        migrations.CreateModel(
            name="HintRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cursor", models.BigIntegerField(default=0)),
                ("last", models.BigIntegerField()),
                ("told", models.PositiveIntegerField(default=0)),
                ("lost", models.PositiveIntegerField(default=0)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("message", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="hint_round", to="messaging.message")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("finished_at__isnull", True)), fields=["id"], name="hint_rounds_under_way")],
            },
        ),
    ]  # fmt: skip

"""Answers kept for requests that are repeated (Idempotency-Key)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("recipients", "0013_devices")]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("method", models.CharField(max_length=6)),
                ("path", models.CharField(max_length=200)),
                ("key_digest", models.BinaryField(max_length=32)),
                ("body_digest", models.BinaryField(max_length=32)),
                ("run", models.UUIDField()),
                ("begun_at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                (
                    "told",
                    icp.encryption.fields.SealedField(label="kept_answer.told", null=True),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_answers",
                        to="recipients.device",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recipients.recipient",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["begun_at"], name="kept_answers_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "method", "path", "key_digest"),
                        name="one_answer_for_a_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__isnull", True), ("told__isnull", True)),
                            models.Q(("status__isnull", False), ("told__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_answer_has_a_status",
                    ),
                ],
            },
        ),
    ]

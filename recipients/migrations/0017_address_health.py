"""Addresses that no longer answer."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0016_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contactpoint",
            name="since",
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
        migrations.CreateModel(
            name="SuppressedAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("email", "email"), ("sms", "sms")], max_length=8),
                ),
                ("value", icp.encryption.fields.SealedField(label="suppressed.value")),
                (
                    "value_token",
                    icp.encryption.fields.BlindIndexField(
                        blank=True, db_index=True, label="contact.value", null=True
                    ),
                ),
                ("held", models.BooleanField(default=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("hard", "the address does not exist"),
                            ("soft", "several messages in a row came back"),
                            ("complaint", "the person marked a message as spam"),
                            ("stopped", "the person answered STOP to the provider"),
                        ],
                        max_length=9,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("soft_count", models.PositiveSmallIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": (
                    ("lift_suppression", "Can let messages go to a suppressed address again"),
                ),
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["held", "kind", "since"], name="addresses_held")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "value_token"), name="one_row_for_an_address"
                    )
                ],
            },
        ),
    ]

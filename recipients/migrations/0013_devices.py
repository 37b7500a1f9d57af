"""Devices with the app, and whose they are."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import icp.encryption.fields

PLATFORMS = [("web", "web application"), ("android", "Android"), ("ios", "iOS")]
LOCALES = [("pl", "polski"), ("uk", "українська"), ("en", "English")]
PUSH_KINDS = [("fcm", "Firebase Cloud Messaging"), ("webpush", "Web Push")]


class Migration(migrations.Migration):
    dependencies = [("recipients", "0012_address_register")]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("platform", models.CharField(choices=PLATFORMS, max_length=8)),
                ("client_version", models.CharField(blank=True, max_length=32)),
                ("locale", models.CharField(choices=LOCALES, default="pl", max_length=2)),
                ("digest", models.BinaryField(null=True)),
                ("previous_digest", models.BinaryField(null=True)),
                ("previous_until", models.DateTimeField(blank=True, null=True)),
                ("paired_at", models.DateTimeField(blank=True, null=True)),
                ("topics", models.JSONField(blank=True, null=True)),
                ("areas", models.JSONField(blank=True, null=True)),
                ("report_pushes", models.BooleanField(default=True)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_to", models.TimeField(blank=True, null=True)),
                ("home", icp.encryption.fields.SealedField(label="device.home", null=True)),
                (
                    "push_kind",
                    models.CharField(blank=True, choices=PUSH_KINDS, max_length=8),
                ),
                ("push", icp.encryption.fields.SealedField(label="device.push", null=True)),
                (
                    "push_token",
                    icp.encryption.fields.BlindIndexField(
                        blank=True, label="device.push", null=True, unique=True
                    ),
                ),
                ("push_seen_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_used_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to="recipients.recipient",
                    ),
                ),
            ],
            options={
                "permissions": (("remove_device", "Can remove a person’s device with the app"),),
                "default_permissions": (),
                "indexes": [models.Index(fields=["last_used_at"], name="devices_by_last_use")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(recipient__isnull=True, paired_at__isnull=True)
                        | Q(recipient__isnull=False, paired_at__isnull=False),
                        name="a_device_of_somebody_was_paired",
                    ),
                    models.CheckConstraint(
                        condition=Q(revoked_at__isnull=True, digest__isnull=False)
                        | Q(
                            revoked_at__isnull=False,
                            digest__isnull=True,
                            previous_digest__isnull=True,
                            recipient__isnull=True,
                            push_kind="",
                        ),
                        name="a_removed_device_lets_nobody_in",
                    ),
                    models.CheckConstraint(
                        condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                        | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                        name="quiet_hours_begin_and_end",
                    ),
                ],
            },
        ),
    ]

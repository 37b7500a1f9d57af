"""Photos of reports, and what was sent before its report."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import icp.encryption.fields

VISIBILITIES = [("private", "for the office and the reporter"), ("public", "for everybody")]


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_first_categories"),
        ("recipients", "0013_devices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="ReportPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                (
                    "visibility",
                    models.CharField(choices=VISIBILITIES, default="private", max_length=8),
                ),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("small_from", models.PositiveIntegerField()),
                ("secret", icp.encryption.fields.SealedField(label="report_photo.secret")),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="recipients.device",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sent_photos",
                        to="reports.reportevent",
                    ),
                ),
                (
                    "redacts",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redacted",
                        to="reports.reportphoto",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="reports.report",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=Q(report__isnull=True),
                        fields=["device", "id"],
                        name="photos_that_wait",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            ("report__isnull", True), ("expires_at__isnull", True), _connector="XOR"
                        ),
                        name="a_photo_belongs_to_a_report_or_expires",
                    )
                ],
            },
        ),
    ]

"""Keys of programs that report by Open311."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def _key() -> models.BigAutoField:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="Open311Key",
            fields=[
                ("id", _key()),
                (
                    "label",
                    models.CharField(
                        help_text="The name of the program and of whoever runs it; no person’s name.",
                        max_length=120,
                        verbose_name="whose program it is",
                    ),
                ),
                ("public", models.CharField(editable=False, max_length=16, unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "a_day",
                    models.PositiveIntegerField(
                        default=200,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="reports a day",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
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
                "permissions": (
                    ("manage_open311", "Can make and revoke keys of programs that report"),
                ),
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("revoked_at__isnull", True), ("revoked_by__isnull", True))
                        | Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                        name="somebody_revoked_a_revoked_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Open311Receipt",
            fields=[
                ("id", _key()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="reports.open311key",
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open311",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["key", "received_at"], name="receipts_of_a_key")],
            },
        ),
    ]

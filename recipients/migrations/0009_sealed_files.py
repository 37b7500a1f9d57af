import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


def _columns(*own: tuple[str, models.Field]) -> list[tuple[str, models.Field]]:
    """What every sealed file has, and what is one model's own."""
    key = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return [
        ("id", key),
        ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        ("media_type", models.CharField(max_length=100)),
        ("size", models.BigIntegerField()),
        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
        ("expires_at", models.DateTimeField(blank=True, db_index=True, null=True)),
        *own,
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("recipients", "0008_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficeFile",
            fields=_columns(
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("export", "export of people"),
                            ("import", "file of an import"),
                            ("report", "report of an import"),
                            ("forms", "consent forms to print"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", icp.encryption.fields.SealedField(label="office_file.secret")),
            ),
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="PersonFile",
            fields=_columns(
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="recipients.recipient",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("copy_pdf", "copy of data, to be read (PDF)"),
                            ("copy_json", "copy of data, for machines (JSON)"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", icp.encryption.fields.SealedField(label="person_file.secret")),
            ),
            options={
                "abstract": False,
                "default_permissions": (),
                "permissions": (
                    ("copy_recipient", "Can make a copy of a person’s data"),
                    ("trace_recipient", "Can see what was sent to a person and who looked at them"),
                ),
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("whom", models.CharField(max_length=30)),
                (
                    "layout",
                    models.CharField(
                        choices=[
                            ("xlsx", "XLSX, for a spreadsheet"),
                            ("csv", "CSV, for another program"),
                        ],
                        max_length=4,
                    ),
                ),
                ("columns", models.JSONField(default=list)),
                ("order", icp.encryption.fields.SealedField(label="export.order")),
                ("people", models.BinaryField(default=b"")),
                ("number", models.PositiveIntegerField(default=0)),
                ("stale", models.BooleanField(default=False)),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="export",
                        to="recipients.job",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "permissions": (
                    ("view_export", "Can see exports of people"),
                    ("export_recipient", "Can export people to a file"),
                    ("manage_exports", "Can see and delete everybody’s exports"),
                ),
            },
        ),
    ]

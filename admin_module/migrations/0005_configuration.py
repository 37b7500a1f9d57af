import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0004_units")]

    operations = [
        migrations.CreateModel(
            name="GatewayCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8, unique=True)),
                ("at", models.DateTimeField()),
                ("ok", models.BooleanField()),
                ("code", models.CharField(blank=True, max_length=40)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Logo",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("picture", models.BinaryField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
            ],
            options={"verbose_name": "logo", "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="ConfigurationVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("section", models.CharField(max_length=20)),
                ("version", models.PositiveIntegerField()),
                (
                    "document",
                    icp.encryption.fields.SealedField(label="configuration.document", null=True),
                ),
                (
                    "reason",
                    icp.encryption.fields.SealedField(label="configuration.reason", null=True),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": (
                    ("view_document", "Can read the documents on data protection"),
                    ("complete_document", "Can complete the data protection impact assessment"),
                ),
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("section", "version"), name="one_version_of_a_section_per_number"
                    )
                ],
            },
        ),
    ]

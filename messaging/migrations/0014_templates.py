"""Texts used again, their versions, and what is attached."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("admin_module", "0007_audit_listing_people"),
        ("consents", "0007_scans"),
        ("messaging", "0013_public_hints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="variants",
            field=icp.encryption.fields.SealedField(label="message.variants", null=True),
        ),
        migrations.CreateModel(
            name="AttachmentLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token", icp.encryption.fields.SealedField(label="attachment_link.token")),
                (
                    "token_index",
                    icp.encryption.fields.BlindIndexField(
                        blank=True, label="attachment_link.token", null=True, unique=True
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachment_link",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TemplateFolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="template_folders",
                        to="admin_module.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("form_key", models.UUIDField(null=True, unique=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_templates",
                        to="admin_module.unit",
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="templates",
                        to="messaging.templatefolder",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "permissions": (("manage_templates", "Can write and change message templates"),),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                (
                    "klass",
                    models.CharField(
                        choices=[
                            ("alarm", "alarm"),
                            ("warning", "warning"),
                            ("information", "information"),
                        ],
                        default="information",
                        max_length=12,
                    ),
                ),
                ("channels", models.JSONField(default=list)),
                ("text", icp.encryption.fields.SealedField(label="template.text")),
                ("variants", icp.encryption.fields.SealedField(label="template.variants")),
                ("escalation", models.JSONField(blank=True, default=dict)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("restores", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="messaging.messagetemplate",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="consents.topic",
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="message",
            name="template_version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to="messaging.templateversion",
            ),
        ),
        migrations.CreateModel(
            name="MessageAttachment",
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
                ("place", models.PositiveSmallIntegerField()),
                ("name", icp.encryption.fields.SealedField(label="attachment.name")),
                ("downloads", models.PositiveIntegerField(default=0)),
                ("secret", icp.encryption.fields.SealedField(label="attachment.secret")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "ordering": ("place",),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "place"), name="one_attachment_of_a_place_per_message"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="templatefolder",
            constraint=models.UniqueConstraint(
                fields=("unit", "name"), name="one_template_folder_of_a_name_per_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                fields=("template", "number"), name="one_version_of_a_number_per_template"
            ),
        ),
    ]

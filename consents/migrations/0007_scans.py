"""Scans of signed forms, forms printed many at a time, words about one topic or one channel."""

import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields

HOWS = [
    ("paper", "paper form"),
    ("epuap", "ePUAP document"),
    ("app", "mobile app"),
    ("phone", "telephone"),
    ("desk", "at the office"),
    ("link", "unsubscribe link"),
    ("sms", "SMS reply"),
    ("letter", "in a letter"),
]
NO_SCANS = [
    ("later", "the scan will be added later"),
    ("paper", "the paper is kept in the files"),
    ("device", "the scanner is out of order"),
]


def release_texts(apps, editor):
    """SQLite rebuilds tables to add columns, and a trigger that names one stands in its way."""
    if editor.connection.vendor == "sqlite":
        import_module("consents.migrations.0002_guards").release_texts(apps, editor)


def guard_texts(apps, editor):
    if editor.connection.vendor == "sqlite":
        import_module("consents.migrations.0002_guards").guard_texts(apps, editor)


SEALED_FILE = [
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
]


class Migration(migrations.Migration):
    dependencies = [
        ("admin_module", "0006_audit_segments"),
        ("consents", "0006_topics_by_law"),
        ("recipients", "0009_sealed_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(release_texts, guard_texts),
        migrations.AddField("consenttext", "own_words", models.JSONField(default=dict)),
        migrations.AddField(
            "topic",
            "commercial",
            models.BooleanField(default=False, verbose_name="commercial information"),
        ),
        migrations.AddConstraint(
            "topic",
            models.CheckConstraint(
                condition=models.Q(
                    ("commercial", False),
                    models.Q(("mandatory", False), ("unit", None)),
                    _connector="OR",
                ),
                name="commercial_information_is_the_office_s_and_never_by_law",
            ),
        ),
        migrations.AddConstraint(
            "topic",
            models.UniqueConstraint(
                condition=models.Q(("commercial", True)),
                fields=("commercial",),
                name="one_topic_of_commercial_information",
            ),
        ),
        migrations.AddField(
            "consentform",
            "without_scan",
            models.CharField(blank=True, choices=NO_SCANS, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "consentform",
            models.Index(
                condition=models.Q(("received_at__isnull", True)),
                fields=["printed_at"],
                name="forms_not_back",
            ),
        ),
        migrations.RunPython(guard_texts, release_texts),
        migrations.AlterModelOptions(
            "consent",
            {"permissions": (("export_consent", "Can export the register of consents"),)},
        ),
        migrations.AlterField("consent", "how", models.CharField(choices=HOWS, max_length=8)),
        migrations.AddIndex(
            "consent", models.Index(fields=["at", "act"], name="consents_by_moment")
        ),
        migrations.AddIndex(
            "consent", models.Index(fields=["topic", "channel", "id"], name="consents_of_a_topic")
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                *SEALED_FILE,
                ("secret", icp.encryption.fields.SealedField(label="scan.secret")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="recipients.recipient",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="consents.consentform",
                    ),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaced_why",
                    icp.encryption.fields.SealedField(label="scan.replaced_why", null=True),
                ),
            ],
        ),
        migrations.AddConstraint(
            "scan",
            models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)),
                fields=("form",),
                name="one_current_scan_of_a_form",
            ),
        ),
    ]

"""What was approved, and when it may leave."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0015_composing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="approved_digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.CreateModel(
            name="ApprovalStep",
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
                    models.CharField(
                        choices=[
                            ("submitted", "passed on for approval"),
                            ("seen", "read before the decision"),
                            ("approved", "approved"),
                            ("returned", "returned for changes"),
                            ("rejected", "rejected"),
                            ("taken_back", "taken back to be changed"),
                            ("voided", "approval void: the message was changed"),
                            ("sent_alone", "sent without a second person"),
                            ("justified", "found justified afterwards"),
                            ("not_justified", "found not justified afterwards"),
                        ],
                        max_length=13,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("note", icp.encryption.fields.SealedField(label="approval.note", null=True)),
                ("shown", icp.encryption.fields.SealedField(label="approval.shown", null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approval_steps",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SentAlone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField()),
                ("reason", icp.encryption.fields.SealedField(label="sent_alone.reason")),
                ("due_on", models.DateField()),
                ("reminded_on", models.DateField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("justified", "justified"), ("not_justified", "not justified")],
                        max_length=13,
                    ),
                ),
                ("note", icp.encryption.fields.SealedField(label="sent_alone.note", null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_alone",
                        to="messaging.message",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("status", "waiting_approval")),
                fields=["id"],
                name="messages_to_approve",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "seen")),
                fields=("message", "by", "digest"),
                name="one_look_of_a_person_at_one_wording",
            ),
        ),
        migrations.AddIndex(
            model_name="sentalone",
            index=models.Index(
                condition=models.Q(("verdict", "")), fields=["due_on"], name="alarms_to_look_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="sentalone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("verdict", "")),
                    models.Q(
                        models.Q(("verdict", ""), _negated=True), ("reviewed_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_verdict_on_an_alarm_has_its_time",
            ),
        ),
    ]

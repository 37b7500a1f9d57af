import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0007_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DestructionProtocol",
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
                ("month", models.DateField(null=True, unique=True)),
                ("purged", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("secret", icp.encryption.fields.SealedField(label="destruction_protocol.secret")),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HoldProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("access_request", "request for access"),
                            ("court", "court"),
                            ("police", "police or prosecutor"),
                            ("complaint", "complaint"),
                            ("employee_case", "case of an employee"),
                            ("security", "security incident"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "legal_basis",
                    icp.encryption.fields.SealedField(label="hold_proposal.legal_basis"),
                ),
                ("case_number", models.CharField(blank=True, max_length=60)),
                ("review_on", models.DateField()),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RetentionCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("problems", models.JSONField(default=dict)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "get_latest_by": "at",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="retentionhold",
            name="release_reason",
            field=icp.encryption.fields.SealedField(
                label="retention_hold.release_reason", null=True
            ),
        ),
        migrations.AddField(
            model_name="retentionhold",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="retentionhold",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="retentionhold",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="retentionpolicy",
            name="applied_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="retentionpolicy",
            name="moved",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="retentionpolicy",
            name="reached",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="earlypurge",
            name="reason",
            field=models.CharField(
                choices=[
                    ("unneeded", "no longer needed for its purpose (a)"),
                    ("withdrawn", "consent withdrawn (b)"),
                    ("objection", "objection under art. 21 (c)"),
                    ("unlawful", "recorded without a legal basis (d)"),
                    ("obligation", "a law orders the deletion (e)"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="earlypurge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True), ("refused_at__isnull", True)),
                fields=("conversation",),
                name="a_conversation_has_one_early_purge_under_way",
            ),
        ),
        migrations.AddField(
            model_name="destructionprotocol",
            name="run",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="protocol",
                to="conversations.purgerun",
            ),
        ),
        migrations.AddField(
            model_name="holdproposal",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hold_proposals",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="holdproposal",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="holdproposal",
            name="hold",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="proposal",
                to="conversations.retentionhold",
            ),
        ),
        migrations.AddField(
            model_name="holdproposal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionprotocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("month__isnull", False), ("run__isnull", True)),
                    models.Q(("month__isnull", True), ("run__isnull", False)),
                    _connector="OR",
                ),
                name="a_protocol_is_of_a_run_or_a_month",
            ),
        ),
    ]

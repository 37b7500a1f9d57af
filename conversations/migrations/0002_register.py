"""Notices and acknowledgements refuse to be changed; a line records only with a standing basis."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import icp.encryption.fields
from admin_module import append_only
from conversations.register import recording_guard

USER = settings.AUTH_USER_MODEL
PROTECT = django.db.models.deletion.PROTECT
ASSESSED = "an_approved_basis_has_assessment_and_opinion"


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="noticeversion",
            name="part",
            field=models.CharField(
                choices=[
                    ("short", "before the conversation"),
                    ("full", "full information, on demand"),
                    ("outgoing", "of an outgoing call"),
                    ("plain", "before a call that is not recorded"),
                    ("staff", "for staff who are recorded, too"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="NumberReveal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", icp.encryption.fields.SealedField(label="number_reveal.reason")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reveals",
                        to="conversations.conversation",
                    ),
                ),
                ("user", models.ForeignKey(on_delete=PROTECT, related_name="+", to=USER)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RemoveConstraint(model_name="legalbasis", name=ASSESSED),
        migrations.AddField(
            model_name="legalbasis",
            name="justification",
            field=models.TextField(blank=True, max_length=4000, verbose_name="justification"),
        ),
        migrations.AddField(
            model_name="legalbasis",
            name="proposed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="legalbasis",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=PROTECT, related_name="+", to=USER
            ),
        ),
        migrations.AddField(
            model_name="legalbasis",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=PROTECT, related_name="+", to=USER
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | (
                    Q(opinion_at__isnull=False)
                    & ~Q(opinion="")
                    & ~Q(basis="")
                    & ~Q(purpose="")
                    & ~Q(dpia_reference="")
                ),
                name=ASSESSED,
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | Q(opinion="positive")
                | ~Q(justification=""),
                name="a_basis_against_an_opinion_is_justified",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(opinion_by__isnull=True)
                | ~Q(approved_by=F("opinion_by")),
                name="the_officer_does_not_approve_a_basis",
            ),
        ),
        append_only.operation("conversations_noticeversion"),
        append_only.operation("conversations_acknowledgement"),
        recording_guard.operation(),
    ]

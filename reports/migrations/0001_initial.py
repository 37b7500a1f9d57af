"""Reports, their events and what they are sorted by."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields
from admin_module import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("admin_module", "0007_audit_listing_people"),
        ("recipients", "0015_changes"),
        ("messaging", "0013_public_hints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideBody",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="name")),
                ("contact", icp.encryption.fields.SealedField(label="outside_body.contact")),
                (
                    "reply_days",
                    models.PositiveSmallIntegerField(
                        default=14, verbose_name="working days for an answer"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="ReportSeries",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ReportCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]{1,39}$",
                                "Use small letters, digits and underscores.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("group", models.CharField(max_length=80, verbose_name="group")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "description",
                    models.CharField(blank=True, max_length=300, verbose_name="description"),
                ),
                (
                    "keywords",
                    models.CharField(blank=True, max_length=200, verbose_name="other words for it"),
                ),
                ("questions", models.JSONField(blank=True, default=list)),
                ("translations", models.JSONField(blank=True, default=dict)),
                (
                    "working_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="working days",
                    ),
                ),
                (
                    "publishing",
                    models.CharField(
                        choices=[
                            ("never", "never shown to everybody"),
                            ("after_look", "shown after somebody at the office has looked"),
                            ("at_once", "shown at once, unless the text looks personal"),
                        ],
                        default="after_look",
                        max_length=10,
                    ),
                ),
                (
                    "retention_months",
                    models.PositiveSmallIntegerField(
                        default=36,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="months kept after closing",
                    ),
                ),
                (
                    "cluster_reports",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="like reports within an hour"
                    ),
                ),
                (
                    "cluster_metres",
                    models.PositiveSmallIntegerField(default=300, verbose_name="within metres"),
                ),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_categories",
                        to="admin_module.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("place", "name"),
            },
        ),
        migrations.CreateModel(
            name="AnswerTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("received", "received by the system"),
                            ("awaiting_verification", "waiting for confirmation"),
                            ("accepted", "with the person in charge"),
                            ("needs_info", "waiting for more information"),
                            ("scheduled", "scheduled"),
                            ("in_progress", "in progress"),
                            ("forwarded", "forwarded"),
                            ("resolved", "done"),
                            ("rejected", "not taken up"),
                            ("duplicate", "joined to another report"),
                            ("disputed", "disputed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=24,
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="text")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer_templates",
                        to="admin_module.unit",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="templates",
                        to="reports.reportcategory",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="ReportCluster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("found_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("drafted", "a notice is being written"),
                            ("dismissed", "dismissed"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clusters",
                        to="reports.reportcategory",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="report_cluster",
                        to="messaging.message",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received by the system"),
                            ("awaiting_verification", "waiting for confirmation"),
                            ("accepted", "with the person in charge"),
                            ("needs_info", "waiting for more information"),
                            ("scheduled", "scheduled"),
                            ("in_progress", "in progress"),
                            ("forwarded", "forwarded"),
                            ("resolved", "done"),
                            ("rejected", "not taken up"),
                            ("duplicate", "joined to another report"),
                            ("disputed", "disputed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="received",
                        max_length=24,
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("private", "only for the reporter and the office"),
                            ("pending", "wants to be public, nobody has looked yet"),
                            ("public", "public"),
                            ("hidden", "hidden by the office"),
                        ],
                        default="private",
                        max_length=8,
                    ),
                ),
                ("details", icp.encryption.fields.SealedField(label="report.details", null=True)),
                (
                    "public_text",
                    icp.encryption.fields.SealedField(label="report.public_text", null=True),
                ),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("client_uuid", models.UUIDField(unique=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("app", "from the app"),
                            ("web", "from the website"),
                            ("desk", "at the office or by telephone"),
                            ("open311", "from another program (Open311)"),
                        ],
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("captured_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "deadline",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not counted"),
                            ("running", "running"),
                            ("paused", "paused"),
                            ("met", "kept"),
                            ("breached", "missed"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("days_left", models.SmallIntegerField(blank=True, null=True)),
                ("back_on", models.DateField(blank=True, null=True)),
                ("scheduled_on", models.DateField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_found", "nothing was found on the spot"),
                            ("private_ground", "private ground"),
                            ("against_the_law", "the law forbids it"),
                            ("too_little_known", "too little is known"),
                            ("abuse", "abuse"),
                        ],
                        max_length=20,
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("disputes", models.PositiveSmallIntegerField(default=0)),
                ("moderated_at", models.DateTimeField(blank=True, null=True)),
                ("token_digest", models.BinaryField(null=True)),
                ("token_until", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="recipients.device",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="recipients.district",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="reports.report",
                    ),
                ),
                (
                    "moderated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outside",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="reports.outsidebody",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="recipients.recipient",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="admin_module.unit",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="reports.reportcategory",
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="reports.reportcluster",
                    ),
                ),
            ],
            options={
                "permissions": (
                    ("handle_report", "Can handle reports"),
                    ("assign_report", "Can assign reports"),
                    ("moderate_report", "Can decide what of a report everybody sees"),
                    ("see_reporter", "Can see who reported"),
                    ("export_report", "Can export reports"),
                    ("manage_reports", "Can manage categories, rules and templates of reports"),
                ),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ReportEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "state"),
                            ("answered", "answer to the reporter"),
                            ("noted", "internal note"),
                            ("replied", "words of the reporter"),
                            ("confirmed", "confirmation of the repair"),
                            ("routed", "unit"),
                            ("assigned", "person in charge"),
                            ("followed", "followers"),
                            ("changed", "category or place"),
                            ("shown", "visibility"),
                            ("reminded", "reminder"),
                            ("linked", "public notice"),
                        ],
                        default="moved",
                        max_length=10,
                    ),
                ),
                (
                    "actor",
                    models.CharField(
                        choices=[
                            ("staff", "the office"),
                            ("reporter", "the reporter"),
                            ("follower", "a follower"),
                            ("rule", "a rule of routing"),
                            ("clock", "the calendar"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("received", "received by the system"),
                            ("awaiting_verification", "waiting for confirmation"),
                            ("accepted", "with the person in charge"),
                            ("needs_info", "waiting for more information"),
                            ("scheduled", "scheduled"),
                            ("in_progress", "in progress"),
                            ("forwarded", "forwarded"),
                            ("resolved", "done"),
                            ("rejected", "not taken up"),
                            ("duplicate", "joined to another report"),
                            ("disputed", "disputed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("received", "received by the system"),
                            ("awaiting_verification", "waiting for confirmation"),
                            ("accepted", "with the person in charge"),
                            ("needs_info", "waiting for more information"),
                            ("scheduled", "scheduled"),
                            ("in_progress", "in progress"),
                            ("forwarded", "forwarded"),
                            ("resolved", "done"),
                            ("rejected", "not taken up"),
                            ("duplicate", "joined to another report"),
                            ("disputed", "disputed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "public_text",
                    icp.encryption.fields.SealedField(label="report_event.public_text", null=True),
                ),
                (
                    "internal_text",
                    icp.encryption.fields.SealedField(
                        label="report_event.internal_text", null=True
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="reports.report",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.answertemplate",
                    ),
                ),
            ],
            options={
                "ordering": ("report", "seq"),
                "get_latest_by": "seq",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(blank=True, max_length=80, verbose_name="group")),
                ("accepts", models.BooleanField(default=False, verbose_name="accept at once")),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="reports.reportcategory",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recipients.district",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_rules",
                        to="admin_module.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followed_reports",
                        to="recipients.device",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followed_reports",
                        to="recipients.recipient",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("device__isnull", True), ("recipient__isnull", False)),
                            models.Q(("device__isnull", False), ("recipient__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_follower_is_a_person_or_a_device",
                    ),
                    models.UniqueConstraint(
                        fields=("report", "recipient"), name="a_person_follows_once"
                    ),
                    models.UniqueConstraint(
                        fields=("report", "device"), name="a_device_follows_once"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="reportcluster",
            index=models.Index(fields=["category", "-last_at"], name="clusters_by_category"),
        ),
        migrations.AddConstraint(
            model_name="reportcluster",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state", "proposed")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="somebody_decides_about_a_cluster",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["state", "unit", "-id"], name="reports_by_state_and_unit"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["assigned_to", "-id"], name="reports_of_staff"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["reporter", "-id"], name="reports_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["device", "-id"], name="reports_of_a_device"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["category", "created_at"], name="reports_by_category"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["created_at"], name="reports_by_time"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("visibility", "public")),
                fields=["lat", "lon"],
                name="public_reports",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("deadline__in", ["running"])),
                fields=["due_on"],
                name="reports_due",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("back_on__isnull", False)),
                fields=["back_on"],
                name="reports_back",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("forgotten_at__isnull", True)),
                fields=["closed_at"],
                name="reports_to_forget",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "received",
                            "awaiting_verification",
                            "accepted",
                            "needs_info",
                            "scheduled",
                            "in_progress",
                            "forwarded",
                            "resolved",
                            "rejected",
                            "duplicate",
                            "disputed",
                            "withdrawn",
                        ],
                    )
                ),
                name="a_report_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["private", "pending", "public", "hidden"])),
                name="a_report_is_known_to_be_public_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("accepted", "scheduled", "in_progress")),
                        ("unit__isnull", False),
                    ),
                    models.Q(
                        ("state__in", ("accepted", "scheduled", "in_progress")), _negated=True
                    ),
                    _connector="OR",
                ),
                name="a_report_in_hand_has_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("state__in", ("resolved", "rejected", "duplicate", "withdrawn")),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ("resolved", "rejected", "duplicate", "withdrawn")),
                            _negated=True,
                        ),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_closed_report_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lead__isnull", False), ("state", "duplicate")),
                    models.Q(
                        models.Q(("state", "duplicate"), _negated=True), ("lead__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_duplicate_has_a_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lead__isnull", True),
                    models.Q(("lead", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="a_report_is_not_its_own_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "forwarded"), _negated=True),
                    models.Q(("back_on__isnull", False), ("outside__isnull", False)),
                    _connector="OR",
                ),
                name="a_forwarded_report_names_to_whom_and_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "rejected"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_rejected_report_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True),
                    ("scheduled_on__isnull", False),
                    _connector="OR",
                ),
                name="a_scheduled_report_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "disputed"), _negated=True),
                    ("assigned_to__isnull", True),
                    ("closed_by__isnull", True),
                    models.Q(("assigned_to", models.F("closed_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_dispute_is_not_for_whoever_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deadline__in", ["running", "breached"]), ("due_on__isnull", False)),
                    models.Q(("days_left__isnull", False), ("deadline", "paused")),
                    ("deadline__in", ["", "met"]),
                    _connector="OR",
                ),
                name="a_deadline_that_counts_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "awaiting_verification"), ("token_until__isnull", False)),
                    models.Q(("state", "awaiting_verification"), _negated=True),
                    _connector="OR",
                ),
                name="what_awaits_confirmation_has_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportevent",
            constraint=models.UniqueConstraint(
                fields=("report", "seq"), name="events_of_a_report_are_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "after__in",
                        [
                            "received",
                            "awaiting_verification",
                            "accepted",
                            "needs_info",
                            "scheduled",
                            "in_progress",
                            "forwarded",
                            "resolved",
                            "rejected",
                            "duplicate",
                            "disputed",
                            "withdrawn",
                        ],
                    )
                ),
                name="an_event_ends_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("actor", "staff"), ("by__isnull", False)),
                    models.Q(models.Q(("actor", "staff"), _negated=True), ("by__isnull", True)),
                    _connector="OR",
                ),
                name="the_office_signs_its_events",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Coalesce("category", 0),
                models.F("group"),
                django.db.models.functions.comparison.Coalesce("district", 0),
                name="one_rule_for_a_category_and_a_district",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("category__isnull", True), ("group", ""), _connector="OR"),
                name="a_rule_names_a_category_or_a_group",
            ),
        ),
        append_only.operation("reports_reportevent"),
    ]

"""What is kept of a message when it is over."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0020_providers"),
        ("recipients", "0017_address_health"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SummaryRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("posted_at", models.DateTimeField()),
                ("letters", models.PositiveIntegerField(default=0)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("layout", models.CharField(choices=[("pdf", "to be read and printed (PDF)"), ("json", "for programs (JSON)")], max_length=4)),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("secret", icp.encryption.fields.SealedField(label="evidence_file.secret")),
                ("made_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("message", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="messaging.message")),
            ],
            options={
                "permissions": (("make_evidence", "Can make evidence packs of messages"),),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MessageAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted_at", models.DateTimeField()),
                ("part_price", models.DecimalField(decimal_places=4, max_digits=8)),
                ("message", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="account", to="messaging.message")),
            ],
            options={
                "permissions": (
                    ("export_message", "Can export the list and the figures of messages"),
                    ("export_delivery", "Can export what became of a message for each person"),
                ),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MessageCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=7, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("message", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="short_code", to="messaging.message")),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", icp.encryption.fields.SealedField(label="saved_view.words")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="SummaryReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("added_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "permissions": (
                    ("choose_readers", "Can choose who gets the monthly summary of messages"),
                ),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DistrictFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=8)),
                ("handed_over", models.PositiveIntegerField(default=0)),
                ("delivered", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("unknown", models.PositiveIntegerField(default=0)),
                ("waiting", models.PositiveIntegerField(default=0)),
                ("spared", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("sms_parts", models.PositiveIntegerField(default=0)),
                ("district", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="recipients.district")),
                ("message", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="district_figures", to="messaging.message")),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("message", "channel", "district"), name="one_figure_per_message_channel_and_district")],
            },
        ),
    ]  # fmt: skip

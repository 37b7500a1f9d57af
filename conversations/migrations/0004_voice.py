import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0003_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen", models.PositiveIntegerField(default=0)),
                ("left", models.PositiveIntegerField(default=0)),
                ("taken_up", models.PositiveIntegerField(default=0)),
                ("foreign", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "get_latest_by": ("at", "id"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="VoiceLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True, verbose_name="calls are answered through Twilio"
                    ),
                ),
                (
                    "ring_seconds",
                    models.PositiveSmallIntegerField(default=25, verbose_name="seconds of ringing"),
                ),
                ("opens_at", models.TimeField(blank=True, null=True, verbose_name="open from")),
                ("closes_at", models.TimeField(blank=True, null=True, verbose_name="open until")),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="voice",
                        to="conversations.line",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="VoicePhone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("number", icp.encryption.fields.SealedField(label="voice_phone.number")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "voice_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phones",
                        to="conversations.voiceline",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="VoiceCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("call_sid", models.CharField(blank=True, max_length=34, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "being set up"),
                            ("notice", "the notice is heard"),
                            ("joined", "joined"),
                            ("ended", "ended"),
                        ],
                        default="notice",
                        max_length=7,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("off", "not recorded"),
                            ("after_notice", "recorded after the notice"),
                            ("opt_out", "recorded after the notice; 9 is without a recording"),
                            ("opt_in", "recorded only for whoever asks for it"),
                        ],
                        default="off",
                        max_length=12,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=40)),
                ("look_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "conversation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="voice",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="conversations.noticeversion",
                    ),
                ),
                (
                    "phone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="conversations.voicephone",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="VoiceRecording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sid", models.CharField(max_length=34, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("expected", "being recorded"),
                            ("waiting", "to be fetched"),
                            ("kept", "kept"),
                            ("refused", "not kept"),
                            ("absent", "there is none"),
                            ("failed", "could not be fetched"),
                        ],
                        default="expected",
                        max_length=8,
                    ),
                ),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=40)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recordings",
                        to="conversations.voicecall",
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="conversations.recording",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="VoiceStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("decision", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="conversations.voicecall",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="voicecall",
            index=models.Index(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=["look_at"],
                name="voice_calls_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="voicerecording",
            index=models.Index(fields=["state", "due_at"], name="voice_recordings_due"),
        ),
        migrations.AddConstraint(
            model_name="voicestep",
            constraint=models.UniqueConstraint(
                fields=("call", "name"), name="a_step_is_decided_once"
            ),
        ),
    ]

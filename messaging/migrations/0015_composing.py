"""What a draft keeps while it is written: what was typed and not saved, and when it was deleted."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import icp.encryption.fields
import messaging.models.unsaved


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0014_templates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="binned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="UnsavedWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("form_key", models.UUIDField()),
                ("revision", models.PositiveIntegerField(default=0)),
                ("typed", icp.encryption.fields.SealedField(default=messaging.models.unsaved.Typed, label="unsaved_work.typed")),
                ("saved_at", models.DateTimeField()),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("message", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="unsaved", to="messaging.message")),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["saved_at"], name="unsaved_work_by_age")],
                "constraints": [models.UniqueConstraint(fields=("author", "form_key"), name="one_unsaved_work_of_a_form")],
            },
        ),
    ]  # fmt: skip

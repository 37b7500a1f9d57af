import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0008_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessSeries",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="form_key",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="reference",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="opinion",
            name="escalated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="requestevent",
            name="code",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="requestletter",
            name="opinion",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="letters",
                to="conversations.opinion",
            ),
        ),
        migrations.AddField(
            model_name="requestletter",
            name="signed_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scans",
                to="conversations.requestletter",
            ),
        ),
        migrations.AlterField(
            model_name="requestletter",
            name="sent_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("post", "post"),
                    ("epuap", "ePUAP"),
                    ("edoreczenia", "e-Doręczenia"),
                    ("email", "e-mail"),
                    ("collected", "collected in the office"),
                ],
                max_length=11,
            ),
        ),
        migrations.CreateModel(
            name="IdentityCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="conversations.accessrequest",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]

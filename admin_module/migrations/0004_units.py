import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("admin_module", "0003_second_factor")]

    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("people", models.PositiveIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_reviews",
                        to="admin_module.unit",
                    ),
                ),
            ],
            options={
                "default_permissions": ("view", "add"),
            },
        ),
        migrations.AddField(
            model_name="unit",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="unit",
            name="kind",
            field=models.CharField(
                choices=[("department", "office department"), ("municipal", "municipal unit")],
                default="department",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="reply_to",
            field=models.EmailField(blank=True, max_length=254, verbose_name="address for replies"),
        ),
        migrations.AddField(
            model_name="unit",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="unit",
            name="sms_budget",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="SMS parts a month"
            ),
        ),
        migrations.AlterField(
            model_name="unit",
            name="sender_name",
            field=models.CharField(
                blank=True,
                max_length=11,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(?=.*[A-Za-z])[A-Za-z0-9 &_+-]{1,11}$",
                        "Use 1–11 characters: letters without Polish signs, digits, spaces. One must be a letter.",
                    )
                ],
                verbose_name="sender name",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True),
                name="a_unit_is_not_its_own_parent",
            ),
        ),
    ]

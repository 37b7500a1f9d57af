from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0004_staff_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderPulse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=8)),
                ("at", models.DateTimeField(db_index=True)),
                ("answers", models.JSONField()),
                ("seconds", models.FloatField()),
                ("slowest", models.FloatField()),
            ],
        ),
    ]

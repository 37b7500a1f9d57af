import uuid

from django.db import migrations, models

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("messaging", "0010_epuap_signers_and_boxes")]

    operations = [
        migrations.CreateModel(
            name="Upp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=100, unique=True)),
                ("document", models.CharField(db_index=True, max_length=100)),
                ("content", icp.encryption.fields.SealedField(label="upp.content")),
                ("arrived_at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
    ]

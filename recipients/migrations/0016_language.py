"""The language each person reads."""

from django.db import migrations

import icp.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("recipients", "0015_changes")]

    operations = [
        migrations.AddField(
            "recipient",
            "language",
            icp.encryption.fields.SealedField(label="recipient.language", null=True),
        ),
    ]

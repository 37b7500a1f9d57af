from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recipients", "0005_epuap_forms")]

    operations = [
        migrations.AddIndex(
            "recipient", models.Index(fields=["state", "id"], name="recipients_by_state")
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recipients", "0001_initial"), ("admin_module", "0004_units")]

    operations = [
        migrations.AddField(
            model_name="recipient",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recipients",
                to="admin_module.unit",
            ),
        ),
        migrations.AddField(
            model_name="recipientgroup",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recipient_groups",
                to="admin_module.unit",
            ),
        ),
    ]

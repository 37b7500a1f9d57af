import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0003_first_text"), ("admin_module", "0004_units")]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="topics",
                to="admin_module.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(("mandatory", False), ("unit", None), _connector="OR"),
                name="only_the_office_writes_by_law",
            ),
        ),
    ]

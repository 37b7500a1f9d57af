"""Streets and houses that a newer register does not have any more are marked, not deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recipients", "0011_people_import")]

    operations = [
        migrations.AlterModelOptions(
            name="district",
            options={
                "ordering": ("name",),
                "permissions": (("view_coverage", "Can see how many people are registered where"),),
            },
        ),
        migrations.AlterModelOptions(
            name="addresspoint",
            options={
                "ordering": ("street", "number", "letter"),
                "permissions": (("print_labels", "Can print envelopes and address labels"),),
            },
        ),
        migrations.AddField(
            model_name="street",
            name="gone_since",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="addresspoint",
            name="gone_since",
            field=models.DateField(null=True),
        ),
    ]

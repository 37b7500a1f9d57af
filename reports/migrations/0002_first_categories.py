"""The categories that a new ICP starts with."""

from django.db import migrations

from reports.shelf import first_categories


def add_first_categories(apps, editor):
    model = apps.get_model("reports", "ReportCategory")
    for plain in first_categories.rows():
        model.objects.get_or_create(code=plain["code"], defaults=plain)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(add_first_categories, migrations.RunPython.noop)]

"""Groups to try messages out on, and printed lists of people whom a message cannot reach."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recipients", "0017_address_health")]

    operations = [
        migrations.AddField(
            model_name="recipientgroup",
            name="for_tests",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="export",
            name="layout",
            field=models.CharField(
                choices=[
                    ("xlsx", "XLSX, for a spreadsheet"),
                    ("csv", "CSV, for another program"),
                    ("pdf", "PDF, to be printed"),
                ],
                max_length=4,
            ),
        ),
        migrations.AlterModelOptions(
            name="export",
            options={
                "default_permissions": (),
                "permissions": (
                    ("view_export", "Can see exports of people"),
                    ("export_recipient", "Can export people to a file"),
                    ("list_unreached", "Can list people whom a message cannot reach"),
                    ("manage_exports", "Can see and delete everybody’s exports"),
                ),
            },
        ),
    ]

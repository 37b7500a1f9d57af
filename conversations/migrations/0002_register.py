"""Notices refuse to be changed; there are notices of unrecorded calls and for staff."""

from django.db import migrations, models

from admin_module import append_only


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="noticeversion",
            name="part",
            field=models.CharField(
                choices=[
                    ("short", "before the conversation"),
                    ("full", "full information, on demand"),
                    ("outgoing", "of an outgoing call"),
                    ("plain", "before a call that is not recorded"),
                    ("staff", "for staff who are recorded, too"),
                ],
                max_length=8,
            ),
        ),
        append_only.operation("conversations_noticeversion"),
    ]

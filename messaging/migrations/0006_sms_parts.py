from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_pulse")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="sms_parts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="message",
            name="sms_planned",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("sms_parts__gt", 0)),
                fields=["sent_at"],
                name="messages_with_sms",
            ),
        ),
    ]

"""The app first, an SMS later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0017_follow_ups_and_drills")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="escalation",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="message",
            name="escalates_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="sms_limit",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="reason",
            field=models.CharField(blank=True, choices=[("no_consent", "no consent for this topic and channel"), ("no_address", "no address for this channel"), ("not_active", "the account is not active"), ("restricted", "the account is restricted"), ("suspended", "the account is suspended"), ("erased", "the account was erased"), ("expired", "the message expired"), ("cancelled", "the sending was cancelled"), ("same_address", "someone else gets the same text at this address"), ("refused", "the provider refused"), ("too_many_tries", "too many tries"), ("lost_answer", "no answer came after it was handed over"), ("opened_before", "the person opened it in the app before")], max_length=16),
        ),
    ]  # fmt: skip

"""Counters in up to eight rows each, so that workers do not wait for one another's commits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0007_epuap_keys")]

    operations = [
        migrations.AddField("counter", "shard", models.PositiveSmallIntegerField(default=0)),
        migrations.RemoveConstraint("counter", "one_counter_per_channel_and_state"),
        migrations.AddConstraint(
            "counter",
            models.UniqueConstraint(
                fields=["message", "channel", "state", "shard"],
                name="one_counter_per_channel_state_and_shard",
            ),
        ),
    ]

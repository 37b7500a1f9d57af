from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consents", "0006_topics_by_law")]

    operations: list[migrations.operations.base.Operation] = []

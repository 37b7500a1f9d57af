from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messaging", "0007_epuap_keys")]

    operations: list[migrations.operations.base.Operation] = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recipients", "0007_epuap_documents")]

    operations: list[migrations.operations.base.Operation] = []

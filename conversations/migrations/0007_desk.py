from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0006_chat")]

    operations: list[object] = []

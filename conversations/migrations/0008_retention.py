from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0007_desk")]

    operations: list[object] = []

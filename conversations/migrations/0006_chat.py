from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_playback")]

    operations: list[object] = []

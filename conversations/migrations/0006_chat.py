"""Lines of a chat refuse to be changed, and to go before their conversation does."""

from django.db import migrations

from admin_module import append_only


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_playback")]

    operations = [append_only.operation("conversations_chatevent")]

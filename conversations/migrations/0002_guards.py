"""What the database itself refuses: changes of what was said and done, a line that records without a basis."""

from django.db import migrations

from admin_module import append_only
from conversations.register import recording_guard


class Migration(migrations.Migration):
    # Triggers of conversations ask for data keys; SQLite looks at them whenever a table is made anew.
    dependencies = [("conversations", "0001_initial"), ("encryption", "0001_initial")]

    operations = [
        append_only.operation("conversations_noticeversion"),
        append_only.operation("conversations_acknowledgement"),
        append_only.operation("conversations_playbackevent"),
        append_only.operation("conversations_chatevent"),
        recording_guard.operation(),
    ]

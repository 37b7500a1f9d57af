"""Reports, their events and what they are sorted by."""

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("admin_module", "0007_audit_listing_people"),
        ("recipients", "0015_changes"),
        ("messaging", "0013_public_hints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: list[migrations.operations.base.Operation] = []

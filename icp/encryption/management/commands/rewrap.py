"""From older `enc` keys to the primary one, for data keys and pages."""

from typing import Any

from django.core.management.base import BaseCommand

from icp.encryption import rotation


class Command(BaseCommand):
    help = "Wrap every data key, and seal every page, under the primary key of section enc."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotation.rewrap(lambda count: self.stdout.write(f"{count} data keys"))
        self.stdout.write(f"Wrapped {done} data keys.")
        left = rotation.old_data_keys().count()
        if left:
            self.stdout.write(f"{left} are being written just now: run it again.")

"""From data keys that may be known to new ones, all values anew."""

from typing import Any

from django.core.management.base import BaseCommand

from icp.encryption import rotation


class Command(BaseCommand):
    help = "Give every owner under an older enc key a new data key; for a suspected leak of memory."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotation.reseal(lambda count: self.stdout.write(f"{count} owners"))
        self.stdout.write(f"Sealed the values of {done} owners anew.")
        left = rotation.old_data_keys().count()
        if left:
            self.stdout.write(f"{left} are being written just now: run it again.")

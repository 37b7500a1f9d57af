"""From older `idx` keys to the primary one, for blind tokens."""

from typing import Any

from django.core.management.base import BaseCommand

from icp.encryption import rotation


class Command(BaseCommand):
    help = "Make every blind token anew under the primary key of section idx."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotation.reindex(lambda count: self.stdout.write(f"{count} tokens"))
        self.stdout.write(f"Made {done} tokens anew.")
        left = sum(rotation.old_tokens(*column).count() for column in rotation.token_columns())
        if left:
            self.stdout.write(f"{left} are being written just now: run it again.")

"""`finish_erasures`: after `replay_erasures`, the rows of people whose keys are gone are emptied too."""

from django.core.management.base import BaseCommand

from recipients.account import rights


class Command(BaseCommand):
    help = "After a restore and replay_erasures: make tombstones of people whose keys are gone."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{rights.finish_erasures()} people were erased again.")

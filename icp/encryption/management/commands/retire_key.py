"""From a key that nothing needs any more to a retired one."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from icp.encryption import rotation
from icp.encryption.keyring import change_file, ring, set_state


class Command(BaseCommand):
    help = "Retire a key once nothing in the database is left under it."

    def add_arguments(self, parser: CommandParser) -> None:
        # `rid` is never rotated; what `mac` signed lives as long as it is to be verified.
        parser.add_argument("section", choices=["enc", "idx", "mac"])
        parser.add_argument("key_id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        section, key_id = options["section"], options["key_id"]
        if key_id == ring().primary(section):
            raise CommandError("This key is the primary one: promote another first.")
        left = rotation.left_under(section, key_id)
        if left:
            raise CommandError(f"{left} things are still under it; run rewrap, reseal or reindex.")
        if settings.KEYRING_FILE and not settings.KEYRING_CMD:
            change_file(
                Path(settings.KEYRING_FILE), lambda it: set_state(it, section, key_id, "retired")
            )
            self.stdout.write("Nothing is left under it; the keyring file says `retired` now.")
        else:
            self.stdout.write(
                'Nothing is left under it: set its state to "retired" in the keyring.'
            )
        rotation.forget_canary(section, key_id)

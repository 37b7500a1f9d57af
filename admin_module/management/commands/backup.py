"""`backup --to DIR`: everything but the keyring, into a new folder; `--verify FOLDER`: is it whole?"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from admin_module import backups


class Command(BaseCommand):
    help = "Back up the database, its keys apart, and the files; or verify a backup."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--to", type=Path, metavar="DIR", help="make a new folder in DIR")
        what.add_argument("--verify", type=Path, metavar="FOLDER", help="a backup's folder")
        parser.add_argument(
            "--key-days",
            type=int,
            default=settings.BACKUP_KEY_DAYS,
            help="delete key dumps in DIR that are older (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verify"]:
                self.verify(options["verify"])
            else:
                self.back_up(options["to"], options["key_days"])
        except (backups.BadBackup, OSError) as problem:
            raise CommandError(str(problem)) from problem

    def verify(self, folder: Path) -> None:
        found = backups.problems(folder)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(_("The backup is whole and was made here."))

    def back_up(self, target: Path, key_days: int) -> None:
        folder = backups.make(target, key_days=key_days, say=self.stdout.write)
        self.stdout.write(_("Made %(folder)s.") % {"folder": folder})
        self.stdout.write(
            _(
                "THE KEYRING IS NOT IN IT, and never will be. Keep a copy of the keyring in"
                " another place, with other people: without it this backup opens nothing."
            )
        )

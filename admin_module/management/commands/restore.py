"""`restore --from FOLDER`: a backup into an empty database; sending stays locked until confirmed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from admin_module import backups


class Command(BaseCommand):
    help = "Restore a backup; the erased stay erased, sending stays locked until confirm_epoch."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="folder", type=Path, required=True, metavar="FOLDER")
        parser.add_argument(
            "--keys", type=Path, metavar="FOLDER", help="a newer backup whose key dump is used"
        )
        parser.add_argument(
            "--journal",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="one more erasures.log that was kept elsewhere",
        )
        parser.add_argument("--force", action="store_true", help="replace the data that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = backups.restore(
                options["folder"],
                keys=options["keys"],
                journals=options["journal"],
                force=options["force"],
                say=self.stdout.write,
            )
        except (backups.BadBackup, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            _(
                "Restored the backup of %(made)s: %(keys)s keys were destroyed again, %(people)s people erased again."
            )
            % {
                "made": done.manifest.made[:16],
                "keys": done.keys_destroyed,
                "people": done.people_erased,
            }
        )
        for uid in done.unfinished:
            self.stdout.write(
                _("Begun, and not known to be finished: %(uid)s. Look at it by hand.")
                % {"uid": uid}
            )
        self.stdout.write(
            _(
                "SENDING IS LOCKED. Everybody was signed out. Look at what was being sent, then run"
                " confirm_epoch."
            )
        )

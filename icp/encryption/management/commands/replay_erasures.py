"""From the journal of erasures to a restored database that has forgotten them too."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from icp.encryption.erasing import journal_path, read_journal, replay


class Command(BaseCommand):
    help = "After a restore: destroy again every data key that was destroyed before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--journal", help="another file than the one in ICP_DATA_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["journal"] or journal_path())
        if not path.exists():
            self.stdout.write(f"There is no {path}: nothing was ever erased, or it was lost.")
            return
        done, unfinished = read_journal(path.read_text(encoding="utf-8").splitlines())
        self.stdout.write(f"Destroyed {replay(done)} of {len(done)} keys again.")
        for uid in sorted(unfinished):
            self.stdout.write(f"Begun, and not known to be finished: {uid}. Look at it by hand.")

"""From nothing to a keyring file, or to one with a new key."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from icp.encryption.keyring import new_document, show_document, write_keyring


class Command(BaseCommand):
    help = (
        "Make a new keyring: print it, or write it to a file (mode 0400) that does not exist yet."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="where to write it; without: print it")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        if path is None:
            self.stdout.write(show_document(new_document()))
        elif write_keyring(path):
            self.stdout.write(f"Made {path}. Keep a copy apart from every database backup.")
        else:
            self.stdout.write(f"{path} exists already and was left as it is.")

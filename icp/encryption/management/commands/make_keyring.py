"""From nothing to a keyring, or from a keyring to one with a new or another primary key."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from icp.encryption.keyring import (
    SECTIONS,
    Document,
    add_key,
    change_file,
    new_document,
    promote,
    show_document,
    write_keyring,
)


class Command(BaseCommand):
    help = "Make a keyring: print it, or write it to a file (mode 0400); or change that file."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="where it is or shall be; without: print it")
        parser.add_argument("--add", choices=SECTIONS, help="add a key that only reads, for now")
        parser.add_argument("--promote", nargs=2, metavar=("SECTION", "KEY_ID"), help="its turn")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        changes = options["add"] or options["promote"]
        if path is None and changes:
            raise CommandError("Say which --file to change.")
        if path is None:
            self.stdout.write(show_document(new_document()))
        elif changes:
            change_file(path, lambda document: self._change(document, options))
        elif write_keyring(path):
            self.stdout.write(f"Made {path}. Keep a copy apart from every database backup.")
        else:
            self.stdout.write(f"{path} exists already and was left as it is.")

    def _change(self, document: Document, options: dict[str, Any]) -> None:
        if options["add"]:
            key_id = add_key(document, options["add"])
            self.stdout.write(f"Key {key_id} of {options['add']} can read now, on this node.")
        if options["promote"]:
            section, key_id = options["promote"]
            promote(document, section, int(key_id))
            self.stdout.write(f"Key {key_id} is the primary key of {section} now.")

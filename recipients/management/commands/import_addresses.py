"""`import_addresses`: the public files of streets and address points into the register."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from recipients import address_import

MOST_ERRORS = 20  # shown; the rest is counted


class Command(BaseCommand):
    help = "Imports streets.csv and points.csv (UTF-8); safe to repeat. See docs/operations.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "streets", type=Path, help="teryt, prefix, name; or the ULIC file of GUS"
        )
        parser.add_argument(
            "points",
            type=Path,
            help="teryt, number, letter, postal_code, district, latitude, longitude",
        )

    def handle(self, *, streets: Path, points: Path, **_options: object) -> None:
        try:
            with (
                streets.open(encoding="utf-8-sig", newline="") as street_file,
                points.open(encoding="utf-8-sig", newline="") as point_file,
            ):
                report = address_import.import_csv(street_file, point_file)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(_("A file cannot be read: %(why)s") % {"why": problem}) from problem
        for error in report.errors[:MOST_ERRORS]:
            self.stderr.write(
                _("line %(line)s: %(message)s") % {"line": error.line, "message": error.message}
            )
        self.stdout.write(
            _("Streets: %(streets)s, address points: %(points)s, wrong lines: %(errors)s.")
            % {
                "streets": report.streets,
                "points": report.points,
                "errors": len(report.errors),
            }
        )

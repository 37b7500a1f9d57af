"""`import_addresses`: the public files of streets and address points into the register."""

import io
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TextIO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, read
from recipients.address_register import address_import, ulic
from recipients.address_register.address_import import ImportReport, Plan
from recipients.address_register.point_columns import AXES

MOST_ERRORS = 20  # shown; the rest is counted


class Command(BaseCommand):
    help = "Imports streets and houses; safe to repeat. See docs/operations.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "streets",
            type=Path,
            nargs="?",
            help="the catalogue ULIC of GUS (CSV or XML); or a CSV with teryt, prefix, name",
        )
        parser.add_argument(
            "points",
            type=Path,
            nargs="?",
            help="a CSV with teryt or street, number, latitude and longitude or x and y",
        )
        parser.add_argument("--teryt", default="", help="the municipality; else the office's")
        parser.add_argument("--trial", action="store_true", help="say what would be, write nothing")
        parser.add_argument(
            "--whole", action="store_true", help="mark streets and houses that are not in the files"
        )
        parser.add_argument("--axes", choices=list(AXES), default="auto")

    def handle(
        self,
        *,
        streets: Path | None,
        points: Path | None,
        teryt: str,
        trial: bool,
        whole: bool,
        axes: str,
        **_options: object,
    ) -> None:
        plan = Plan(trial, whole, axes)
        try:
            with ExitStack() as files:
                report = address_import.import_csv(
                    self._streets(files.enter_context(streets.open("rb")), teryt)
                    if streets
                    else None,
                    files.enter_context(points.open(encoding="utf-8-sig", newline=""))
                    if points
                    else None,
                    plan=plan,
                )
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(_("A file cannot be read: %(why)s") % {"why": problem}) from problem
        self._tell(report)

    def _streets(self, file: BinaryIO, teryt: str) -> TextIO:
        start = file.read(2000)
        file.seek(0)
        if not ulic.is_catalogue(start):
            return io.TextIOWrapper(file, "utf-8-sig", newline="")
        try:
            found = ulic.of_municipality(file, teryt or read(Municipality).teryt)
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from refusal
        self.stdout.write(
            _(
                "The catalogue of %(day)s: %(taken)s streets taken, %(left)s lines of others left out."
            )
            % {"day": found.as_of, "taken": found.number, "left": found.left_out}
        )
        return io.StringIO(found.text, newline="")

    def _tell(self, report: ImportReport) -> None:
        for error in report.errors[:MOST_ERRORS]:
            self.stderr.write(
                _("line %(line)s: %(message)s") % {"line": error.line, "message": error.message}
            )
        self.stdout.write(
            _("Streets: %(streets)s, address points: %(points)s, wrong lines: %(errors)s.")
            % {"streets": report.streets, "points": report.points, "errors": report.wrong}
        )
        self.stdout.write(
            _("Added: %(added)s, corrected: %(changed)s, marked as gone: %(gone)s.")
            % {"added": report.added, "changed": report.changed, "gone": report.gone}
        )

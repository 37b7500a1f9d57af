"""From `manage.py audit_drop_segments` to a log without the months that need not be kept any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module import append_only, audit
from admin_module.audit import CannotDrop, Segment
from admin_module.configuration import Retention, read


class Command(BaseCommand):
    help = "Drop the segments of the audit log that are older than the setting; --yes does it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="drop them; without it, only say so")

    def handle(self, *args: Any, **options: Any) -> None:
        due = [segment for segment in audit.segments(read(Retention).audit_years) if segment.due]
        for segment in due:
            self.stdout.write(_said(segment))
        if not due:
            self.stdout.write(_("No month of the audit log is old enough to be dropped."))
        elif options["yes"]:
            self._drop()
        else:
            self.stdout.write(_("Nothing was dropped. Add --yes to drop these months."))

    def _drop(self) -> None:
        try:
            last = audit.drop_segments(read(Retention).audit_years)
        except CannotDrop as refusal:
            for finding in refusal.findings:
                self.stderr.write(finding)
            raise CommandError(_why(refusal)) from refusal
        if last is not None:
            self.stdout.write(
                _("Dropped. The log now begins at place %(place)d.") % {"place": last.last + 1}
            )


def _said(segment: Segment) -> str:
    words = ngettext("%(month)s: %(n)d entry", "%(month)s: %(n)d entries", segment.entries)
    return words % {"month": f"{segment.month:%Y-%m}", "n": segment.entries}


def _why(refusal: CannotDrop) -> str:
    if refusal.findings:
        return _("Nothing was dropped: the log is not whole. Clear up the findings first.")
    return _(
        "Nothing was dropped: only the database role %(role)s may. Run the command with its"
        " DATABASE_URL (docs/audit.md, “Retention”)."
    ) % {"role": append_only.AUDIT_KEEPER}

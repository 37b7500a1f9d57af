"""`load_town`: the invented town of Zażółcin, with as many people as asked for; safe to repeat."""

import os
import secrets
import time
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from admin_module import audit
from icp.encryption import pages
from recipients.address_register import address_import
from recipients.epuap import proposals
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.models import Recipient, Street
from sandbox.town import office, reporting, settling, talking

TOWN = Path(office.__file__).resolve().parent


class Command(BaseCommand):
    help = "Loads the invented town: streets, houses, staff, topics and people with consents."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=2_000, help="how many (2000)")
        parser.add_argument("--progress", action="store_true", help="tell how far it is")

    def handle(self, *, people: int, progress: bool, **_options: object) -> None:
        started = time.monotonic()

        def tell(done: int) -> None:
            if progress:
                self.stdout.write(f"  {done} osób", ending="\r")
                self.stdout.flush()

        self._draw_streets()
        password = os.environ.get("ICP_DEMO_PASSWORD") or secrets.token_urlsafe(12)
        with translation.override(settings.LANGUAGE_CODE):
            staff = office.hire(password)
            logins = office.logins()
        self._write_logins(logins)
        topics = [topic.bit for topic in office.open_topics()]
        proposals.load(by=staff["administrator"])
        clerk = staff["recipients_clerk"]
        done = settling.settle(people, topics, by=clerk, tell=tell)
        if done:
            pages.fold(FACETS)
            pages.fold(NAMES)
            audit.record("town.loaded", "sandbox.town:1", by=None, detail={"people": done})
        reports = reporting.load(_with_the_app(), staff)
        with translation.override(settings.LANGUAGE_CODE):
            talks = talking.load(staff)
        if progress:
            seconds = time.monotonic() - started
            made = f"{done} osób, {reports} zgłoszeń, {talks} rozmów"
            self.stdout.write(f"  {made} w {seconds:.1f} s")

    def _draw_streets(self) -> None:
        if Street.objects.exists():
            return
        with (
            (TOWN / "streets.csv").open(encoding="utf-8", newline="") as streets,
            (TOWN / "points.csv").open(encoding="utf-8", newline="") as points,
        ):
            report = address_import.import_csv(streets, points)
        if report.errors:
            error = report.errors[0]
            raise CommandError(
                f"The town's own files are wrong in line {error.line}: {error.message}"
            )

    def _write_logins(self, lines: list[str]) -> None:
        """For the supervisor of `make run`, which prints them beside the password."""
        path = Path(settings.DATA_DIR) / "demo-logins"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _with_the_app() -> list[Recipient]:
    """Whose reports come from the app: the first few of the town who hold it."""
    rows = Recipient.objects.filter(state=Recipient.State.ACTIVE, devices__isnull=False)
    return list(rows.distinct().order_by("pk")[:9])

"""From pages and rows to whether they say the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from icp.encryption import pages


class Command(BaseCommand):
    help = "Compare all sealed pages with the rows; ends with an error where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = {kind.name: pages.verify(kind) for kind in pages.KINDS.values()}
        for name, ids in wrong.items():
            self.stdout.write(f"{name}: {len(ids)} differ {ids[:20] or ''}".rstrip())
        if any(wrong.values()):
            raise CommandError("Run rebuild_pages, and look for a change that marks nothing dirty.")

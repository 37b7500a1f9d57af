"""From rows to pages: after a restore, or when a record has a new shape."""

from typing import Any

from django.core.management.base import BaseCommand

from icp.encryption import pages


class Command(BaseCommand):
    help = "Write all sealed pages anew from the rows; old pages are not read."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind in pages.KINDS.values():
            self.stdout.write(f"{kind.name}: {pages.rebuild(kind)} pages")

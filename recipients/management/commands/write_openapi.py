"""From the endpoints to the committed copy of their description."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from icp.api import openapi

COPY = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.json"


class Command(BaseCommand):
    help = "Write docs/api/openapi.json anew, after an endpoint changed."

    def handle(self, *args: Any, **options: Any) -> None:
        COPY.parent.mkdir(parents=True, exist_ok=True)
        COPY.write_text(openapi.as_file(), encoding="utf-8")
        self.stdout.write(f"Wrote {COPY}.")

"""From `manage.py retention_audit` to a verdict: 0 where every promise of § 6 is kept, 1 with every finding."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conversations.retention import checking


class Command(BaseCommand):
    help = "Look whether nothing is kept too long, nothing is lost, nothing deleted can be opened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document on the output")

    def handle(self, *args: Any, **options: Any) -> None:
        found = checking.look()
        if options["json"]:
            self.stdout.write(json.dumps({"green": not found, "findings": found}, indent=1))
        else:
            for code, ids in found.items():
                self.stdout.write(f"{code}: {checking.CHECKS[code][0]}: {', '.join(ids)}")
        if found:
            raise CommandError(f"{len(found)} of {len(checking.CHECKS)} checks found something.")
        if not options["json"]:
            self.stdout.write(f"Green: {len(checking.CHECKS)} checks found nothing.")

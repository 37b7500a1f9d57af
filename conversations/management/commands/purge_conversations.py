"""From `manage.py purge_conversations` to the end of what is past its time; `--dry-run` counts only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conversations.models import Conversation, PurgeState
from conversations.retention import purging


class Command(BaseCommand):
    help = "Delete for good the conversations whose time is over; may be killed and repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="count what is due, delete nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._count()
            return
        result = purging.purge()
        self.stdout.write(f"{result.done} conversations are deleted for good.")
        if result.failed:
            numbers = ", ".join(map(str, result.failed))
            raise CommandError(f"These could not be deleted and will be tried again: {numbers}.")

    def _count(self) -> None:
        due = purging.due_by_kind()
        unfinished = Conversation.objects.filter(purge_state=PurgeState.PURGING).count()
        back = len(purging.brought_back())
        self.stdout.write(
            f"Due: {due.get('call', 0)} calls, {due.get('chat', 0)} chats. "
            f"To be finished: {unfinished}. Brought back by a restore: {back}. Nothing was deleted."
        )

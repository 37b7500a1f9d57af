"""From the command line to the watched folder, looked at until stopped."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from conversations.calls.profiles import PROFILES
from conversations.calls.watching import Watch

EACH_SECONDS = 5.0


class Command(BaseCommand):
    help = "Register the recordings that a telephone exchange leaves in ICP_CALLS_FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="take what lies there now and end; nobody writes"
        )

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if not settings.CALLS_FOLDER:
            raise CommandError("Set ICP_CALLS_FOLDER (see docs/operations.md).")
        if settings.CALLS_PROFILE not in PROFILES:
            raise CommandError(f"ICP_CALLS_PROFILE is one of {', '.join(PROFILES)}.")
        watch, stop = Watch(), threading.Event()
        if once:
            self.stdout.write(f"{watch.look(settle=False)} files were taken or put aside.")
            return

        def end(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        self.stdout.write("The folder is being watched.")
        while not stop.is_set():
            watch.look()
            stop.wait(EACH_SECONDS)

"""From the command line to the dispatcher: the worker that needs no broker."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from messaging.dispatching import Dispatcher
from messaging.ledger import waking


class Command(BaseCommand):
    help = "Send what is due, apply receipts and sweep, until stopped (SIGTERM, Ctrl-C)."

    def handle(self, *args: Any, **options: Any) -> None:
        dispatcher = Dispatcher()

        def stop(_number: int, _frame: FrameType | None) -> None:
            dispatcher.stop.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stdout.write("The dispatcher is running.")
        with waking.muted():
            dispatcher.run()

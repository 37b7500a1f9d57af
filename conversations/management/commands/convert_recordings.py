"""From the command line to recordings that browsers can play."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conversations.calls import converting
from conversations.calls.converting import NoDecoder


class Command(BaseCommand):
    help = (
        "Convert recordings that no browser plays (µ-law, A-law, GSM, G.722) to Ogg Opus, and those"
        " of which parts were decided to WAV."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=1000, help="at most so many")

    def handle(self, *args: Any, most: int, **options: Any) -> None:
        done = left = 0
        wanted = [(one, True) for one in converting.to_cut()[:most]]
        wanted += [(one, False) for one in converting.waiting()[: most - len(wanted)]]
        for recording, parts in wanted:
            try:
                made = converting.convert(recording, parts=parts)
            except NoDecoder:
                wait = converting.waiting().count() + converting.to_cut().count()
                raise CommandError(
                    f"{wait} recordings wait for conversion. Install FFmpeg, or PyAV by "
                    "requirements-audio.txt (see docs/operations.md)."
                ) from None
            done, left = done + (made is not None), left + (made is None)
        self.stdout.write(f"{done} recordings were converted, {left} were not.")

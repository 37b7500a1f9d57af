"""From a mail server's pipe to the news in one returned mail.

Postfix: `returns unix - n n - 2 pipe flags=DRhu user=icp argv=/opt/icp/manage.py take_returned_mail ${recipient}`
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from messaging.channels.email.returned import LARGEST
from messaging.returns import returning

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes again


class Command(BaseCommand):
    help = "Read one returned mail from the standard input, as a mail server's transport gives it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", nargs="?", default="", help="whom the envelope named")

    def handle(self, *args: Any, **options: Any) -> None:
        mail = sys.stdin.buffer.read(LARGEST + 1)
        try:
            kind = returning.take(mail, options["to"])
        except DatabaseError:
            sys.exit(TRY_AGAIN)
        self.stdout.write(kind)

"""From a person's word "I looked" to sending unlocked after a restore."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from messaging.ledger import counting, epoch
from messaging.models import Counter, Delivery, Message

_OPEN = (
    Message.Status.SCHEDULED,
    Message.Status.EXPANDING,
    Message.Status.SENDING,
    Message.Status.PAUSED,
)


class Command(BaseCommand):
    help = "After a restore: say what would go out, and with --yes let it go."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="I looked: unlock sending.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not epoch.locked():
            self.stdout.write(_("Sending is not locked. There is nothing to confirm."))
            return
        self.say_what_would_go_out()
        if not options["yes"]:
            raise CommandError(_("Nothing was unlocked. To unlock sending, add --yes."))
        epoch.confirm(by=None)
        self.stdout.write(_("Sending is unlocked. This was written into the audit log."))

    def say_what_would_go_out(self) -> None:
        """Numbers and states only: whoever runs commands need not read messages."""
        inside, outside = epoch.inside(), max(epoch.outside())
        self.stdout.write(
            _(
                "The database is older than what was sent from it: it counts %(inside)s starts of"
                " sending, the file beside it %(outside)s. Whatever it still holds as unsent may"
                " have reached people already. Once unlocked, it goes out. Cancel on its page"
                " whatever should not go a second time; that works while sending is locked."
            )
            % {"inside": inside, "outside": outside}
        )
        for message in Message.objects.filter(status__in=_OPEN).order_by("pk"):
            waiting = Counter.objects.filter(message=message, state=counting.WAITING)
            self.stdout.write(
                _("Message %(id)s (%(status)s): %(number)s deliveries would go out.")
                % {
                    "id": message.pk,
                    "status": message.get_status_display(),
                    "number": sum(waiting.values_list("number", flat=True)),
                }
            )
        letters = Delivery.objects.filter(letter__isnull=False, state=Delivery.State.QUEUED)
        self.stdout.write(_("Service letters that would go out: %s.") % letters.count())

"""`demo_code`: a fresh code on paper for an invented person, to pair the residents' app with."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from admin_module.models import User
from consents.models import Topic
from recipients.contacts import verification
from recipients.contacts.permissions import bit
from recipients.contacts.verification import TooManyCodes
from recipients.models import Recipient
from sandbox.town.office import DOMAIN, STAFF


class Command(BaseCommand):
    help = "Draws a code and prints it with the identifier that has to be typed beside it."

    def handle(self, *_args: object, **_options: object) -> None:
        login = f"{STAFF['recipients_clerk'][0]}@{DOMAIN}"
        clerk = User.objects.filter(login_token=login).first()
        if clerk is None:
            raise CommandError("The town is not loaded yet.")
        for person in _who_reads()[:50]:
            try:
                code, _row = verification.draw_on_paper(person, by=clerk)
            except TooManyCodes:
                continue
            self.stdout.write(f"{code} {person.identifier}")
            return
        raise CommandError("Nobody of the town may get a code today.")


def _who_reads() -> list[Recipient]:
    """Active people of the town who agreed to messages in the app, in the same order every time."""
    wanted = sum(bit(topic.bit, "push") for topic in Topic.objects.filter(mandatory=False))
    rows = Recipient.objects.filter(state=Recipient.State.ACTIVE)
    agreed = rows.annotate(agreed=F("consents").bitand(wanted)).filter(agreed__gt=0)
    return list(agreed.order_by("pk")[:50])

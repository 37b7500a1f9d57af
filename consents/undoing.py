"""From a no that was said in the app by a slip of the finger back to the yes that was there.

A yes is given on a signed form; taking back one's own no within a day gives nothing new.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recipients.models import Recipient
from recipients.people import moves

from . import granting
from .granting import CannotConsent
from .models import Consent, Topic

WITHIN = timedelta(hours=24)


def undo_until(act: Consent) -> datetime | None:
    """Until when this no can be taken back; None where it cannot."""
    withdrawn = act.act == Consent.Act.WITHDRAW and act.how == Consent.How.APP
    before = Consent.objects.filter(
        recipient=act.recipient_id, topic=act.topic_id, channel=act.channel, pk__lt=act.pk
    )
    last = before.order_by("-pk").first()
    if not withdrawn or last is None or last.act != Consent.Act.GRANT:
        return None
    return act.at + WITHIN


@transaction.atomic
def undo(person: Recipient, topic: Topic, channel: str) -> Consent:
    """The yes again; raises CannotConsent where a new signature is needed."""
    moves.locked(person.pk)
    acts = Consent.objects.filter(recipient=person, topic=topic, channel=channel)
    last = acts.order_by("-pk").first()
    until = undo_until(last) if last else None
    if until is None or until <= timezone.now():
        raise CannotConsent(_("Only what was withdrawn in the app within a day can be undone."))
    return granting.grant(person, topic, channel, how=Consent.How.APP, by=None)

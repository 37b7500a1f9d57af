"""From an emergency access to the mailboxes of every Director and of the data protection officer, at once."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module.models import User
from conversations.models import NumberReveal, PlaybackSession
from messaging.correspondence import letters
from messaging.models import LetterText

TOLD = ("office_director", "data_protection_officer")


def tell_of_conversation(session: PlaybackSession) -> int:
    """Who opened a conversation and when; returns how many were told."""
    words = _("%(person)s opened a conversation by emergency access on %(moment)s.")
    return _tell(_("Emergency access to a conversation"), words, session.user, session.began_at)


def tell_of_number(seen: NumberReveal) -> int:
    """Who saw a whole number and when; returns how many were told."""
    words = _(
        "%(person)s saw the whole number of a conversation by emergency access on %(moment)s."
    )
    return _tell(_("Emergency access to a number"), words, seen.user, seen.at)


def _told() -> QuerySet[User]:
    found: QuerySet[User] = User.objects.active().filter(groups__name__in=TOLD)
    return found.distinct().order_by("pk")


def _tell(subject: str, sentence: str, person: User, at: datetime) -> int:
    """One letter to each, in the caller's transaction; the reason stands in ICP only."""
    moment = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    link = settings.PUBLIC_URL + reverse("break-glass-list")
    asked = _("Read the reason there; the Director confirms having read it:")
    words = f"{sentence % {'person': person, 'moment': moment}} {asked}\n\n{link}"
    told = list(_told())
    for one in told:
        letters.post_to_staff(one, LetterText(subject, words, words))
    return len(told)

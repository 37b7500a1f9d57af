"""From an emergency access to every Director's mailbox, at once."""

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module.models import User
from conversations.models import PlaybackSession
from messaging.correspondence import letters
from messaging.models import LetterText

DIRECTOR = "office_director"


def directors() -> QuerySet[User]:
    found: QuerySet[User] = User.objects.active().filter(groups__name=DIRECTOR)
    return found.distinct().order_by("pk")


def tell_directors(session: PlaybackSession) -> int:
    """One letter to each, in the caller's transaction: who and when; the reason stands in ICP only."""
    subject = _("Emergency access to a conversation")
    words = _(
        "%(person)s opened a conversation by emergency access on %(moment)s. Read the reason and"
        " confirm that you have seen it:\n\n%(link)s"
    ) % {
        "person": session.user,
        "moment": date_format(timezone.localtime(session.began_at), "DATETIME_FORMAT"),
        "link": settings.PUBLIC_URL + reverse("break-glass-list"),
    }
    told = list(directors())
    for person in told:
        letters.post_to_staff(person, LetterText(subject, words, words))
    return len(told)

"""From something that staff must know about a message to letters to their mailboxes.

Letters carry the title and an address, no texts of the message and no reasons: those stand in ICP.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from admin_module.models import User
from messaging.models import LetterText, Message

from . import letters

DPO = "data_protection_officer"


def may(codename: str) -> QuerySet[User]:
    """Active staff with this right over messages."""
    held = Q(
        groups__permissions__codename=codename,
        groups__permissions__content_type__app_label="messaging",
    )
    found: QuerySet[User] = User.objects.active().filter(held | Q(is_superuser=True))
    return found.distinct().order_by("pk")


def approvers_of(message: Message) -> list[User]:
    """Who may approve messages and sees this one's unit, its author left out."""
    people = may("approve_message").exclude(pk=message.author_id).select_related("unit")
    return [user for user in people if user.scope is None or message.unit_id in user.scope]


def officers() -> list[User]:
    """The data protection officers."""
    return list(User.objects.active().filter(groups__name=DPO).distinct().order_by("pk"))


def post(people: Iterable[User], subject: str, sentence: str, message: Message, page: str) -> None:
    """One letter to each active person, in the caller's transaction; `page` is the name of an address."""
    link = settings.PUBLIC_URL + reverse(page, args=[message.pk])
    words = _("%(sentence)s\n\nMessage: %(title)s\n\n%(link)s") % {
        "sentence": sentence,
        "title": message.text.title,
        "link": link,
    }
    for person in {user.pk: user for user in people if user.is_active}.values():
        letters.post_to_staff(person, LetterText(subject, words, words))

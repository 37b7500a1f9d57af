"""From what retention asks of somebody to a letter in their mailbox: ids and addresses, no content."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from admin_module.models import User
from messaging.correspondence import letters
from messaging.models import LetterText


def may(codename: str) -> QuerySet[User]:
    """Active staff with this right over conversations."""
    held = Q(
        groups__permissions__codename=codename,
        groups__permissions__content_type__app_label="conversations",
    )
    found: QuerySet[User] = User.objects.active().filter(held)
    return found.distinct().order_by("pk")


def post(people: Iterable[User], subject: str, words: str, page: str, *arguments: object) -> int:
    """One letter to each, in the caller's transaction; `page` is the name of an address."""
    link = settings.PUBLIC_URL + reverse(page, args=arguments)
    text = LetterText(subject, words, f"{words}\n\n{link}")
    told = list(people)
    for person in told:
        letters.post_to_staff(person, text)
    return len(told)

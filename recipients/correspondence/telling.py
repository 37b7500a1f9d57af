"""From something that was done about a person to words for them, which messaging posts as a letter.

Imports run down only, so whoever posts letters puts a function into these lists in its
AppConfig.ready, as with `rights.erasers`. They are called in the transaction of the change.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from recipients.models import CONTACT_KINDS, Recipient


@dataclass(frozen=True, slots=True)
class Words:
    """A letter: its subject, one sentence for SMS and app, Markdown for e-mail and ePUAP."""

    subject: str
    short: str
    long: str = field(repr=False)


posters: list[Callable[[Recipient, Words, Collection[str]], object]] = []
# The last letter: sent after nothing about the person is left here (see messaging.correspondence.farewells).
leave_takers: list[Callable[[Recipient, Words], object]] = []


def tell(
    recipient: Recipient,
    words: Words,
    *,
    kinds: Collection[str] = CONTACT_KINDS,
    confirmed_only: bool = False,
    but: str = "",
) -> None:
    """Post words to the person's contact points of these kinds; `but` leaves one kind out.

    With `confirmed_only` addresses that nobody proved to hold get nothing.
    """
    points = recipient.contact_points.filter(kind__in=kinds).exclude(kind=but)
    if confirmed_only:
        points = points.filter(verified_at__isnull=False)
    found = sorted(points.values_list("kind", flat=True))
    if found:
        for post in posters:
            post(recipient, words, found)


def take_leave(recipient: Recipient, words: Words) -> None:
    """Words to a person whose data are being erased in this transaction."""
    for post in leave_takers:
        post(recipient, words)

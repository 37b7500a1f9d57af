"""From the link in a mail to a withdrawn consent, without signing in (RFC 8058)."""

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from consents import granting
from consents.models import Consent, Topic
from icp.encryption.cloak import Cloak
from messaging.models import Delivery
from recipients.models import Recipient

LINKS = Cloak("messaging.unsubscribe")


def links(rows: Iterable[tuple[int, int]]) -> list[str]:
    """The public addresses for deliveries (number, salt); only this installation can make them."""
    before, after = _around(settings.PUBLIC_URL)
    return [f"{before}{code}{after}" for code in LINKS.cover(rows)]


@lru_cache(maxsize=4)
def _around(public_url: str) -> tuple[str, str]:
    """What stands around the token. Every mail of a newsletter has a link: `reverse` for each
    would cost more than sending it."""
    before, _token, after = f"{public_url}{reverse('unsubscribe', args=['token'])}".rpartition(
        "token"
    )
    return before, after


def delivery_of(token: str) -> Delivery | None:
    """The delivery that a link was made for; None for a link that is not ours."""
    row = LINKS.uncover(token)
    if row is None:
        return None
    known = Delivery.objects.select_related("message__topic", "recipient")
    return known.filter(pk=row[0], salt=row[1], message__topic__isnull=False).first()


def unsubscribe(delivery: Delivery) -> None:
    """Withdraw the consent to the message's topic by this channel; raises CannotConsent."""
    granting.withdraw(*_what(delivery), how=Consent.How.LINK, by=None)


def undo(delivery: Delivery) -> None:
    """Grant what a slip of the finger withdrew; raises CannotConsent."""
    granting.grant(*_what(delivery), how=Consent.How.LINK, by=None)


def _what(delivery: Delivery) -> tuple[Recipient, Topic, str]:
    message = delivery.message
    if message is None or message.topic is None:
        raise ValueError("only messages with a topic can be left (see delivery_of)")
    return delivery.recipient, message.topic, delivery.channel

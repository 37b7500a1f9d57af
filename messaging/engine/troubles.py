"""From a provider's news about deliveries to what it says about the addresses they went to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from messaging.channels import CODES
from messaging.channels.base import News
from messaging.models import Attempt, Delivery, ReceiptNews
from recipients.contacts import address_health
from recipients.models import HELD_KINDS, ContactPoint, SuppressedAddress

Reason = SuppressedAddress.Reason
SOFT, THROUGH = "soft", "through"
# RFC 3463: the address (1) or the mailbox (2) is at fault. 7 is about us or our text, not about them.
_NO_SUCH_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4")
_ABOUT_US = ("5.7.", "4.7.", "5.3.", "5.6.", "4.3.", "5.5.")
# Twilio: the number or its network refuses for now; what else comes later is about us or the text.
_SOFT_SMS = ("30003", "30004")
_STOPPED_SMS = "21610"


def told_by(channel: str, news: str, code: str) -> str:
    """What one piece of news says of the address: a reason to hold it, SOFT, THROUGH, or nothing."""
    if news == News.COMPLAINED:
        return Reason.COMPLAINT
    if news in (News.DELIVERED, News.READ):
        return THROUGH
    if news == News.UNDELIVERED:
        return _of_email(code) if channel == "email" else _of_sms(code)
    return ""


def _of_email(code: str) -> str:
    if code in _NO_SUCH_ADDRESS:
        return Reason.HARD
    return "" if code.startswith(_ABOUT_US) else SOFT


def _of_sms(code: str) -> str:
    if code == _STOPPED_SMS:
        return Reason.STOPPED
    meaning = CODES["sms"].get(code)
    if meaning is not None and meaning.gone:
        return Reason.HARD
    return SOFT if code in _SOFT_SMS else ""


def hear(told: Iterable[tuple[Delivery, list[ReceiptNews]]]) -> None:
    """Write down what news says about addresses, in the transaction that applies it.

    News about an address that the person had before says nothing about the one they have now.
    """
    heard: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    latest: dict[int, Delivery] = {}
    meant: dict[str, Collection[str]] = defaultdict(lambda: HELD_KINDS)
    meant[THROUGH] = address_health.doubtful_kinds()
    for delivery, pieces in told:
        for news in pieces:
            about = told_by(delivery.channel, news.news, news.code)
            if about and delivery.channel in meant[about] and delivery.recipient_id is not None:
                heard[delivery.channel, about][delivery.recipient_id] = news.code
                latest[delivery.pk] = delivery
    if heard:
        same = _still_there(list(latest.values()))
        for (channel, about), people in heard.items():
            _write(
                channel, about, {pk: code for pk, code in people.items() if (pk, channel) in same}
            )


def _write(channel: str, about: str, people: Mapping[int, str]) -> None:
    if not people:
        return
    if about == THROUGH:
        address_health.got_through(people.keys(), channel)
    elif about == SOFT:
        address_health.came_back(people, channel)
    else:
        address_health.hold(people, channel, about)


def _still_there(deliveries: list[Delivery]) -> set[tuple[int | None, str]]:
    """(person, kind) of those whose address is not younger than what was sent."""
    people = {delivery.recipient_id for delivery in deliveries}
    points = ContactPoint.objects.filter(recipient__in=people, kind__in=HELD_KINDS)
    since = {(pk, kind): at for pk, kind, at in points.values_list("recipient_id", "kind", "since")}
    tries = Attempt.objects.filter(delivery__in=[one.pk for one in deliveries])
    handed_over = dict(
        tries.exclude(outcome__startswith="news:").order_by("at").values_list("delivery_id", "at")
    )
    same: set[tuple[int | None, str]] = set()
    for one in deliveries:
        if one.recipient_id is None:
            continue
        begun = since.get((one.recipient_id, one.channel))
        if begun is not None and begun <= handed_over.get(one.pk, one.changed_at):
            same.add((one.recipient_id, one.channel))
    return same

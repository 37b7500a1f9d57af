"""From STOP or START, answered by SMS, to consents that are withdrawn or taken up again.

The proof is the act in the register of consents (how: SMS reply); the number and the words are not kept.
"""

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from consents import granting, undoing
from consents.models import Consent, Topic
from icp.encryption.canon import fold
from messaging.channels import get_channel
from messaging.channels.failing_over import FailingOver
from messaging.channels.sms import SmsApiChannel
from messaging.channels.sms.inbound import Inbound
from messaging.correspondence import letters
from messaging.models import InboundWord, LetterText
from recipients.contacts import address_health
from recipients.models import ContactPoint, Recipient, SuppressedAddress
from recipients.values import checks

log = logging.getLogger(__name__)
CHANNEL = "sms"
Word = InboundWord.Word
# Folded: without Polish signs, in small letters.
WORDS: dict[str, str] = {
    **dict.fromkeys(
        (
            "stop",
            "stopall",
            "wypisz",
            "rezygnuje",
            "koniec",
            "unsubscribe",
            "cancel",
            "end",
            "quit",
        ),
        Word.STOP,
    ),
    **dict.fromkeys(("start", "unstop", "wznow"), Word.START),
}
_FIRST = re.compile(r"[^\w]*(\w+)[^\w]*(.*)", re.DOTALL)
_LONGEST_TOPIC = 60
KEPT = timedelta(days=365)


def read(text: str, told: str = "") -> tuple[str, str]:
    """The word, and what stands behind it, folded; `told`: what the provider made of it."""
    found = _FIRST.fullmatch(fold(text[:200]))
    first, rest = (found[1], found[2].strip(" .!,;:\"'")) if found else ("", "")
    word = WORDS.get(first)
    if word is None:
        word = told if told in (Word.STOP, Word.START) else Word.OTHER
        rest = ""
    return word, rest[:_LONGEST_TOPIC]


def hear(inbound: Inbound) -> str:
    """Do what the person asks for, once; returns the word that was understood."""
    word, rest = read(inbound.text, inbound.word)
    topic = _topic(rest) if word == Word.STOP and rest else None
    with transaction.atomic():
        row = InboundWord(
            provider=inbound.provider,
            event_id=inbound.event_id,
            word=word,
            topic=topic,
            at=timezone.now(),
        )
        if not _first_time(row):
            return word
        people = _holders(inbound.number)
        row.people = len(people)
        if word == Word.STOP:
            row.acts = sum(_stop(person, topic) for person in people)
        elif word == Word.START:
            row.acts = sum(_start(person) for person in people)
        row.save(update_fields=["people", "acts"])
        if people and word != Word.OTHER:
            _confirm(people[0], word, topic, row.acts)
    if not people:
        log.info("A word by SMS (%s) came from a number that nobody has.", word)
    return word


def _first_time(row: InboundWord) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _topic(words: str) -> Topic | None:
    """The one topic that is meant; None where it is none or several: then all are."""
    names = {topic: fold(topic.name) for topic in Topic.objects.all()}
    for matches in (str.__eq__, str.startswith, str.__contains__):
        found = [topic for topic, name in names.items() if matches(name, words)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _holders(number: str) -> list[Recipient]:
    """Whose number it is; a phone may be a family's."""
    try:
        value = checks.contact(CHANNEL, number)
    except ValidationError:
        return []
    points = ContactPoint.objects.filter(kind=CHANNEL, value_token=value)
    people = Recipient.objects.filter(pk__in=points.values("recipient"))
    return list(people.exclude(state__in=Recipient.GONE).order_by("pk"))


def _stop(person: Recipient, topic: Topic | None) -> int:
    if topic is None:
        return len(granting.withdraw_all(person, CHANNEL, how=Consent.How.SMS, by=None))
    before = person.consents
    granting.withdraw(person, topic, CHANNEL, how=Consent.How.SMS, by=None)
    person.refresh_from_db(fields=["consents"])
    return int(person.consents != before)


def _start(person: Recipient) -> int:
    """Take back one's own STOP of the last day; a new yes needs a signed form (consents.undoing)."""
    since = timezone.now() - undoing.WITHIN
    done = 0
    for topic in Topic.objects.all():
        acts = Consent.objects.filter(recipient=person, topic=topic, channel=CHANNEL)
        last, before = [*acts.order_by("-pk")[:2], None, None][:2]
        if last is None or before is None or before.act != Consent.Act.GRANT:
            continue
        taken_back = last.act == Consent.Act.WITHDRAW and last.how == Consent.How.SMS
        if taken_back and last.at >= since and topic.offers(CHANNEL):
            granting.grant(person, topic, CHANNEL, how=Consent.How.SMS, by=None)
            done += 1
    for point in person.contact_points.filter(kind=CHANNEL):
        row = address_health.of(point).row
        if row is not None and row.reason == SuppressedAddress.Reason.STOPPED:
            address_health.lift(row, by=None)
    return done


def _confirm(person: Recipient, word: str, topic: Topic | None, acts: int) -> None:
    """One SMS back, in Polish without its signs: it fits into one part."""
    with override("pl"):
        letters.post(person, _words(word, topic, acts), kinds=(CHANNEL,))


def _words(word: str, topic: Topic | None, acts: int) -> LetterText:
    if word == Word.START:
        short = (
            _("You will get our SMS again. To unsubscribe, answer STOP.")
            if acts
            else _("To get our SMS, sign the consent form at the office.")
        )
    elif topic is not None:
        short = _("You will get no more SMS about: %(topic)s. To undo it, answer START today.")
        short %= {"topic": topic.name}
    else:
        short = _(
            "You will get no more SMS from us, alarms excepted. To undo it, answer START today."
        )
    return LetterText(_("Your answer by SMS"), short, short)


def forget_old() -> int:
    """The acts in the register are the proof; that a word came is known for a year."""
    old = InboundWord.objects.filter(at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def address_for(provider: str) -> str:
    """Where a provider is to bring what people answer; empty for one that brings nothing."""
    if provider == "twilio":
        return f"{settings.PUBLIC_URL}{reverse('sms-answer')}"
    channel = get_channel(CHANNEL) if provider == "smsapi" else None
    account = channel.known.get(provider) if isinstance(channel, FailingOver) else None
    if not isinstance(account, SmsApiChannel) or not account.configured:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('sms-answer-smsapi', args=[account.secret])}"

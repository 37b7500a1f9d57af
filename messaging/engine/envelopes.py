"""From due deliveries to envelopes: addresses opened in bulk, texts rendered once a message."""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, Notices, read
from admin_module.models import Invitation
from icp.encryption.errors import EncryptionError, KeyErased
from icp.encryption.opening import Opener
from messaging.channels.base import NOTHING, Content, Envelope, fill
from messaging.correspondence import unsubscribing
from messaging.models import Letter, LetterText, Message
from messaging.texts import enclosing, rendering
from messaging.texts.formatting import to_html, to_text
from messaging.texts.hint_texts import about_letter
from messaging.texts.variants import POLISH, languages_of
from recipients.contacts import verification
from recipients.models import ContactPoint, Language, Recipient

from . import sleeping
from .claiming import Due

log = logging.getLogger(__name__)
Values = dict[str, str]
Wording = tuple[int, str]  # a message and a language


class Ready(NamedTuple):
    """A due delivery and the envelope that it goes out in."""

    item: Due
    envelope: Envelope


@dataclass(slots=True)
class Written:
    """What can be handed over, and what cannot, by the reason."""

    ready: list[Ready] = field(default_factory=list)
    left_out: dict[str, list[Due]] = field(default_factory=dict)


class Writer:
    """Writes the envelopes of one channel; keeps the texts of the messages it met."""

    def __init__(self, channel: str, *, drill: bool = False) -> None:
        self.channel = channel
        self.drill = drill
        self.opener = Opener(ContactPoint, "value")
        # By message and language.
        self.contents: dict[Wording, Content] = {}
        self.names: dict[Wording, set[str]] = {}
        self.plain: dict[Wording, bool] = {}
        self.languages: dict[int, list[str]] = {}
        self.by_consent: set[int | None] = set()  # messages that people may refuse
        # Addresses by letter that stand with no recipient: of staff, of the erased.
        self.apart: dict[int | None, str] = {}

    def write(self, items: Sequence[Due]) -> Written:
        self._meet({item.message for item in items if item.message is not None})
        worded = self._worded(items)
        values = self._values(items, worded)
        letters = self._letters({item.letter for item in items if item.letter is not None})
        written = Written()
        for item, link in zip(items, self._links(items), strict=True):
            try:
                address = self._open(item)
            except EncryptionError as problem:
                # The class of the problem says enough; its delivery is named, its person is not.
                log.error("Delivery %s: address %s.", item.id, type(problem).__name__)
                address = None
            if address is None or (item.letter and item.letter not in letters):
                reason = "no_address" if item.wrapped_key else "erased"
                written.left_out.setdefault(reason, []).append(item)
                continue
            content = letters[item.letter] if item.letter else self.contents[worded[item.id]]
            written.ready.append(
                Ready(
                    item,
                    Envelope(
                        item.reference,
                        address,
                        content,
                        values.get(item.id, NOTHING),
                        link,
                    ),
                )
            )
        if self.channel == "push" and not self.drill:  # a drill leaves nothing to be told later
            written.ready = _let_sleep(written.ready)
        return written

    def _links(self, items: Sequence[Due]) -> list[str]:
        """Where each person can unsubscribe from what they may refuse."""
        if self.channel != "email":
            return [""] * len(items)
        links = unsubscribing.links((item.id, item.salt) for item in items)
        return [
            link if item.message in self.by_consent else ""
            for item, link in zip(items, links, strict=True)
        ]

    def _open(self, item: Due) -> str | None:
        if item.recipient is None:
            return self.apart.get(item.letter) or None
        if item.wrapped_key is None or item.point_uid is None or item.recipient_uid is None:
            return None
        opened: str | None = self.opener.open(
            item.recipient_uid, item.wrapped_key, item.point_uid, item.value
        )
        return opened

    def _meet(self, ids: set[int]) -> None:
        new = ids - self.languages.keys()
        if not new:
            return
        for message in Message.objects.select_related("unit", "topic").filter(pk__in=new):
            if is_wish(message):
                self.by_consent.add(message.pk)
            self.languages[message.pk] = languages = self._languages(message)
            carried = enclosing.for_epuap(message) if self.channel == "epuap" else ()
            for language in languages:
                wording, text = (message.pk, language), rendering.text_for(message, language)
                content = rendering.content_for(message, self.channel, language)
                self.contents[wording] = replace(content, enclosures=carried)
                self.names[wording] = rendering.names_on(text, self.channel)
                self.plain[wording] = self.channel == "sms" and text.transliterate_sms

    def _languages(self, message: Message) -> list[str]:
        """Polish first. The few words of a hint are known in every language, whatever was written."""
        return list(Language.values) if self.channel == "push" else message.languages

    def _worded(self, items: Sequence[Due]) -> dict[int, Wording]:
        """By delivery, which wording of its message the person gets."""
        sent = [item for item in items if item.message is not None]
        several = {
            item.recipient
            for item in sent
            if item.recipient and len(self.languages[item.message or 0]) > 1
        }
        reads = languages_of(several) if several else {}
        worded = {}
        for item in sent:
            message, language = item.message or 0, reads.get(item.recipient or 0, POLISH)
            known = language in self.languages[message]
            worded[item.id] = (message, language if known else POLISH)
        return worded

    def _values(self, items: Iterable[Due], worded: Mapping[int, Wording]) -> dict[int, Values]:
        """The words of each person addressed by name; their documents are opened in bulk."""
        named = [item for item in items if item.id in worded and self.names[worded[item.id]]]
        if not named:
            return {}
        people = {
            pk: (identity, address)
            for pk, identity, address in Recipient.objects.filter(
                pk__in={item.recipient for item in named if item.recipient}
            ).opened("identity", "address")
        }
        districts = rendering.district_names()
        return {
            item.id: rendering.values_for(
                self.names[worded[item.id]],
                *people.get(item.recipient or 0, (None, None)),
                districts=districts,
                plain=self.plain[worded[item.id]],
                language=worded[item.id][1],
            )
            for item in named
        }

    def _letters(self, ids: set[int]) -> dict[int | None, Content]:
        letters = list(Letter.objects.filter(pk__in=ids).select_related("staff", "invitation"))
        contents: dict[int | None, Content] = {}
        for letter in letters:
            try:
                self.apart[letter.pk] = _address_in(letter, self.channel)
                contents[letter.pk] = letter_content(letter, self.channel)
            except KeyErased:  # a restore brought it back without its key
                self.apart[letter.pk] = ""
        return contents


def _let_sleep(ready: list[Ready]) -> list[Ready]:
    spared = sleeping.spare(ready)
    return [
        Ready(item, envelope._replace(address=spared.get(item.id, envelope.address)))
        for item, envelope in ready
    ]


def _address_in(letter: Letter, channel: str) -> str:
    """Where a letter goes whose delivery names no recipient; empty for all others."""
    if letter.staff is not None:
        return letter.staff.login if channel == "email" else ""
    return getattr(letter.farewell, channel, "")


def is_wish(message: Message) -> bool:
    """Whether people get it because they asked for it, and may say that they do not any more."""
    alarm = message.klass == Message.Klass.ALARM
    return not alarm and message.topic is not None and not message.topic.mandatory


def letter_content(letter: Letter, channel: str) -> Content:
    """What a service letter says on one channel. Codes and links are drawn here, in the worker."""
    if channel == "push":
        return about_letter(letter)
    text = letter.text or _drawn(letter)
    html = rendering.frame(text.subject, to_html(text.long), "") if channel == "email" else ""
    short = channel == "sms"
    return Content(
        key=f"{letter.uid.hex}:{uuid.uuid4().hex}",  # a code drawn again is another text
        subject="" if channel == "sms" else text.subject,
        text=text.short if short else to_text(text.long),
        html=html,
    )


def _drawn(letter: Letter) -> LetterText:
    if letter.invitation is not None:
        return invitation_text(letter.invitation)
    return code_text(verification.draw(letter.code_id or 0))


def code_text(code: str) -> LetterText:
    """The office's own words around a code, else ours."""
    notices, values = read(Notices), {"kod": code, "urzad": read(Municipality).name}
    return LetterText(
        subject=_("Your validation code"),
        short=fill(notices.code_short, values)
        or _("Your validation code: %(code)s. Do not give it to anybody.") % {"code": code},
        long=fill(notices.code_long, values)
        or _(
            "Your validation code: **%(code)s**\n\n"
            "Enter it in the application to confirm that this address is yours. "
            "Do not give it to anybody: the office never asks for it."
        )
        % {"code": code},
    )


def invitation_text(invitation: Invitation) -> LetterText:
    """The link by which a member of staff sets their password; its secret is new each time."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[invitation.draw()])
    until = formats.date_format(timezone.localtime(invitation.expires_at), "j E Y, H:i")
    words = {"office": settings.MUNICIPALITY["name"], "link": f"<{link}>", "until": until}
    if invitation.kind == Invitation.Kind.RESET:
        return LetterText(
            subject=_("Set a new password to ICP"),
            short="",
            long=_(
                "The administrator of ICP at %(office)s lets you set a new password.\n\n"
                "Open this page and set it: %(link)s\n\n"
                "The link works once, until %(until)s. If you did not ask for it, "
                "tell the administrator."
            )
            % words,
        )
    return LetterText(
        subject=_("Your account in ICP"),
        short="",
        long=_(
            "%(office)s has made an account for you in ICP, the system for messages to "
            "residents.\n\n"
            "Open this page and set your own password: %(link)s\n\n"
            "The link works once, until %(until)s. If you do not know what this is about, "
            "tell the administrator of ICP in your office."
        )
        % words,
    )

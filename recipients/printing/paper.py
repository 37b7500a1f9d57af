"""From words to a person to a letter on paper, for a window envelope: PDF/A-2a and PDF/UA-1.

The words around a code are Polish here and not in the catalogue, as on the consent form: this is a
letter of a Polish office, whatever language the screens speak.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import typst
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, logos, read
from consents.form_pdf import TYPST as FORMS
from icp.encryption.codec import as_mapping
from recipients.correspondence.telling import Words
from recipients.models import Recipient, ValidationCode

TYPST = Path(__file__).parent / "typst"


class CannotPrint(Exception):
    """A sentence for the person at the screen; it holds nothing about the person on the letter."""


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """One letter; `address` is what the window shows, line by line."""

    subject: str
    address: tuple[str, ...] = field(repr=False)
    paragraphs: tuple[str, ...] = field(repr=False)
    moment: datetime
    code: str = field(default="", repr=False)
    identifier: str = field(default="", repr=False)
    after: tuple[str, ...] = field(default=(), repr=False)


def letter_to(recipient: Recipient, words: Words) -> PaperLetter:
    """The same words that go out by e-mail, to somebody who gave no such address."""
    return PaperLetter(
        subject=words.subject,
        address=window(recipient),
        paragraphs=tuple(part.replace("**", "") for part in words.long.split("\n\n")),
        moment=timezone.now(),
    )


def code_letter(recipient: Recipient, text: str, code: ValidationCode) -> PaperLetter:
    """A letter with the code that was drawn for it a moment ago (§ 4.5)."""
    until = timezone.localdate(code.expires_at or timezone.now())
    return PaperLetter(
        subject="Kod walidacyjny do aplikacji",
        address=window(recipient),
        paragraphs=(
            "Poniżej znajduje się kod, który łączy aplikację w telefonie z kontem w systemie powiadomień"
            " miasta. Proszę wpisać go w aplikacji, a jeśli o to zapyta, także identyfikator.",
        ),
        moment=code.created_at,
        code=text,
        identifier=recipient.identifier,
        after=(
            f"Kod jest ważny do {until.day}.{until.month:02}.{until.year} i można go użyć raz."
            " Wcześniej wydrukowane kody przestały działać.",
            "Kodu proszę nikomu nie podawać: urząd nigdy o niego nie pyta.",
        ),
    )


def window(recipient: Recipient) -> tuple[str, ...]:
    """Name and address, as the post reads them; a child's letter goes to the guardian's hands."""
    identity, address = recipient.identity, recipient.address
    if identity is None or address is None:
        raise ValueError("An erased person has no address.")
    lines = [f"{identity.first_name} {identity.last_name}"]
    if recipient.guardian:
        guardian = recipient.guardian
        lines.append(f"do rąk: {guardian.first_name} {guardian.last_name}")
    flat = f"/{address.flat}" if address.flat else ""
    lines.append(f"{address.street} {address.house}{flat}")
    lines.append(f"{address.postal_code} {address.town}".strip())
    return tuple(lines)


def render(letter: PaperLetter) -> bytes:
    """Set a letter in type; raises CannotPrint where a letter of the alphabet has no glyph."""
    office = read(Municipality)
    day = date_format(timezone.localdate(letter.moment), "j E Y")
    data = {
        "office": as_mapping(office),
        "logo": logos.as_svg(),
        "subject": letter.subject,
        "address": letter.address,
        "paragraphs": letter.paragraphs,
        "place-and-day": f"{office.town}, {day}".strip(", "),
        "code": letter.code,
        "identifier": letter.identifier,
        "after": letter.after,
    }
    try:
        pdf: bytes = typst.compile(
            str(TYPST / "letter.typ"),
            root=str(TYPST),
            font_paths=[str(FORMS / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(letter.moment.timestamp()),
        )
    except typst.TypstError:
        # typst's own message may quote what it could not set: a name must not reach a log.
        raise CannotPrint(
            _(
                "The letter cannot be printed: a name or an address holds a character without a glyph."
            )
        ) from None
    return pdf

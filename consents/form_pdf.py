"""From numbered consent forms to one PDF that is PDF/A-2a and PDF/UA-1: to print, sign and keep.

The words are Polish here and in consent.typ, not in the catalogue: this is a Polish legal document,
whatever language the screens speak.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, logos, read
from icp.encryption.codec import as_mapping
from recipients import checks, permissions
from recipients.models import CONTACT_KINDS, Identity

from .models import ConsentForm, ConsentText, Topic

TYPST = Path(__file__).parent / "typst"
CHANNELS = {"email": "E-mail", "sms": "SMS", "epuap": "ePUAP", "push": "Aplikacja"}
FIELDS = {"email": "Adres e-mail", "sms": "Numer telefonu komórkowego", "epuap": "Skrytka ePUAP"}
WISHES = {"desk": "w urzędzie", "phone": "telefonicznie", "letter": "listownie"}
TITLE = "Zgoda na otrzymywanie komunikatów"
LEAD = (
    "Proszę sprawdzić dane i zaznaczone pola, w razie potrzeby poprawić je długopisem i podpisać. "
    "Zgoda jest dobrowolna i można ją w każdej chwili wycofać."
)
# Polish typography: a one-letter word and the parts of a legal reference stay with what follows.
SHORT_WORD = re.compile(r"(?<!\S)([aiouwzAIOUWZ]|art\.|ust\.|lit\.|ul\.) ")


class CannotPrint(Exception):
    """A sentence for the person at the screen; it holds nothing about the person on the form."""


def render(forms: Sequence[ConsentForm]) -> bytes:
    """Set `forms` in type, one after another; raises CannotPrint where a letter has no glyph.

    The same forms give the same bytes: the file carries the moment the last one was made.
    """
    moment = max(form.printed_at for form in forms)
    pdf: bytes = _compile(
        forms, format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=int(moment.timestamp())
    )
    return pdf


def render_pictures(forms: Sequence[ConsentForm], *, ppi: float = 96) -> list[bytes]:
    """Draw the pages of `forms` as PNG pictures, to look at on a screen."""
    pages: bytes | list[bytes] = _compile(forms, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compile(forms: Sequence[ConsentForm], **options: Any) -> Any:
    data = {
        "title": f"{TITLE}: " + ", ".join(form.number for form in forms),
        "office": as_mapping(read(Municipality)),
        "logo": logos.as_svg(),
        "channels": [CHANNELS[kind] for kind in CONTACT_KINDS],
        "forms": described(forms),
    }
    try:
        return typst.compile(
            str(TYPST / "consent.typ"),
            root=str(TYPST),
            font_paths=[str(TYPST / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            **options,
        )
    except typst.TypstError:
        # typst's own message may quote what it could not set: a name must not reach a log.
        raise CannotPrint(
            _("The form cannot be printed: a name or an address holds a character without a glyph.")
        ) from None


def described(forms: Sequence[ConsentForm]) -> list[dict[str, Any]]:
    """What stands on each form, in the order of the page; consent.typ gives it its look.

    A form made by a municipal unit offers that unit's topics, one made by the office all of them.
    """
    return [_one(form, list(Topic.objects.visible_to(form.printed_by))) for form in forms]


def _one(form: ConsentForm, topics: Sequence[Topic]) -> dict[str, Any]:
    recipient = form.recipient
    asked = timezone.localdate(recipient.registered_at)
    return {
        "number": form.number,
        "title": TITLE,
        "lead": LEAD,
        "qr": _qr(form.number),
        "fields": _fields(form, topics),
        "statement": _filled(form.text.statement),
        "topics": [
            {
                "name": topic.name,
                "description": topic.description,
                "mandatory": topic.mandatory,
                "ticks": _ticks(form.wanted, topic),
            }
            for topic in topics
            if not topic.closed or any(_ticks(form.wanted, topic))
        ],
        "notice": notice(form.text),
        "wish": f"{WISHES.get(recipient.wish_how, '')} {_day(asked)}".strip(),
        "version": str(form.text.version),
        "version_date": _day(form.text.valid_from),
    }


def _ticks(wanted: int, topic: Topic) -> list[bool | None]:
    """A box for each channel, ticked or not; None where the topic is not offered by it."""
    boxes = {kind: permissions.may(wanted, topic.bit, kind) for kind in CONTACT_KINDS}
    return [ticked if ticked or topic.offers(kind) else None for kind, ticked in boxes.items()]


def _fields(form: ConsentForm, topics: Sequence[Topic]) -> list[tuple[str, str]]:
    """Name always; an address only where a channel that uses it is ticked (minimisation)."""
    fields = [("Imię i nazwisko", _name(form.recipient.identity))]
    columns = zip(*(_ticks(form.wanted, topic) for topic in topics), strict=True)
    ticked = {kind for kind, column in zip(CONTACT_KINDS, columns, strict=False) if any(column)}
    values = {
        point.kind: checks.spaced(point.kind, point.value)
        for point in form.recipient.contact_points.all()
    }
    for kind, label in FIELDS.items():
        if kind in ticked and kind in values:
            fields.append((label, values[kind]))
    return fields


def _name(identity: Identity) -> str:
    names = (identity.first_name, identity.second_name, identity.last_name)
    return " ".join(name for name in names if name)


def notice(text: ConsentText) -> list[Mapping[str, str]]:
    """The information of art. 13 GDPR as sections with a title and a body, the names filled in."""
    paragraphs = (part.strip() for part in text.privacy_notice.split("\n\n"))
    parts = (part.partition(": ") for part in paragraphs if part)
    return [
        {"title": title, "body": _filled(body.replace("\n", " "))} for title, _colon, body in parts
    ]


def _filled(text: str) -> str:
    for name, value in as_mapping(read(Municipality)).items():
        text = text.replace("{" + name + "}", str(value))
    return SHORT_WORD.sub("\\1\N{NO-BREAK SPACE}", text)


def _qr(number: str) -> str:
    """Draw a code that holds the form's number and nothing else."""
    out = io.BytesIO()
    segno.make(number, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, dark="#131e2e"
    )
    return out.getvalue().decode()


def _day(day: date) -> str:
    return f"{day.day}.{day.month:02}.{day.year}"

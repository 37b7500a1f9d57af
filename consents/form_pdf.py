"""From numbered consent forms to one PDF that is PDF/A-2a and PDF/UA-1: to print, sign and keep.

The words are Polish here and in consent.typ, not in the catalogue: this is a Polish legal document,
whatever language the screens speak.
"""

import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import Municipality, logos, read
from admin_module.models import User
from icp import braces
from icp.encryption.codec import as_mapping
from recipients.contacts import permissions
from recipients.models import CONTACT_KINDS, Identity, Recipient, Sex
from recipients.values import checks

from . import reminders
from .models import ConsentForm, ConsentText, Topic

TYPST = Path(__file__).parent / "typst"
CHANNELS = {"email": "E-mail", "sms": "SMS", "epuap": "ePUAP", "push": "Aplikacja"}
FIELDS = {"email": "Adres e-mail", "sms": "Numer telefonu komórkowego", "epuap": "Skrytka ePUAP"}
WISHES = {"desk": "w urzędzie", "phone": "telefonicznie", "letter": "listownie"}
OF_AGE = 18
TYPESETTING = Path(__file__).with_name("typesetting.py")
CANNOT = 2  # its exit status
NO_GLYPH = _("The form cannot be printed: a name or an address holds a character without a glyph.")
TITLE = "Zgoda na otrzymywanie komunikatów"
LEAD = (
    "Proszę sprawdzić dane i zaznaczone pola, w razie potrzeby poprawić je długopisem i podpisać. "
    "Zgoda jest dobrowolna i można ją w każdej chwili wycofać."
)
# Polish typography: a one-letter word and the parts of a legal reference stay with what follows.
SHORT_WORD = re.compile(r"(?<!\S)([aiouwzAIOUWZ]|art\.|ust\.|lit\.|ul\.) ")


class CannotPrint(Exception):
    """A sentence for the person at the screen; it holds nothing about the person on the form."""


def render(forms: Sequence[ConsentForm], *, reminding: bool = False) -> bytes:
    """Set `forms` in type, one after another; raises CannotPrint where a letter has no glyph.

    `reminding` puts a letter with the postal address before each. The same forms give the same
    bytes: the file carries the moment the last one was made.
    """
    return typeset(sheets_of(forms, reminding=reminding))


@dataclass(frozen=True, slots=True)
class Sheets:
    """All that a file of forms says, read from the database; `moment` in seconds since 1970."""

    data: str = field(repr=False)
    moment: int


def sheets_of(forms: Sequence[ConsentForm], *, reminding: bool = False) -> Sheets:
    """Read what stands on the forms, so that setting them in type needs no database."""
    words = described(forms)
    if reminding:
        for form, one in zip(forms, words, strict=True):
            one["letter"] = reminders.letter(form)
    data = {
        "title": f"{TITLE}: " + ", ".join(form.number for form in forms),
        "office": as_mapping(read(Municipality)),
        "logo": logos.as_svg(),
        "channels": [CHANNELS[kind] for kind in CONTACT_KINDS],
        "forms": words,
    }
    moment = max(form.printed_at for form in forms)
    return Sheets(json.dumps(data, ensure_ascii=False), int(moment.timestamp()))


def typeset(sheets: Sheets) -> bytes:
    """The PDF; raises CannotPrint."""
    standards = ["a-2a", "ua-1"]
    pdf: bytes = _compile(sheets, format="pdf", pdf_standards=standards, timestamp=sheets.moment)
    return pdf


def typeset_apart(sheets: Sheets) -> bytes:
    """The same bytes as `typeset`, made in a process of its own: for many forms (typesetting.py)."""
    done = subprocess.run(  # noqa: S603 (our own program, without arguments from outside)
        [sys.executable, "-I", str(TYPESETTING), str(TYPST), str(sheets.moment)],
        input=sheets.data.encode(),
        capture_output=True,
        env={},
        check=False,
    )
    if done.returncode == CANNOT:
        raise CannotPrint(NO_GLYPH)
    if done.returncode:
        raise RuntimeError(f"the typesetter ended with {done.returncode}")
    return done.stdout


def render_pictures(forms: Sequence[ConsentForm], *, ppi: float = 96) -> list[bytes]:
    """Draw the pages of `forms` as PNG pictures, to look at on a screen."""
    pages: bytes | list[bytes] = _compile(sheets_of(forms), format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compile(sheets: Sheets, **options: Any) -> Any:
    try:
        return typst.compile(
            str(TYPST / "consent.typ"),
            root=str(TYPST),
            font_paths=[str(TYPST / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"data": sheets.data},
            **options,
        )
    except typst.TypstError:
        # typst's own message may quote what it could not set: a name must not reach a log.
        raise CannotPrint(NO_GLYPH) from None


def described(forms: Sequence[ConsentForm]) -> list[dict[str, Any]]:
    """What stands on each form, in the order of the page; consent.typ gives it its look.

    A form made by a municipal unit offers that unit's topics, one made by the office all of them.
    """
    makers = {form.printed_by_id: form.printed_by for form in forms}
    offered = {pk: list(Topic.objects.visible_to(maker)) for pk, maker in makers.items()}
    notices = {form.text_id: notice(form.text) for form in forms}
    return [
        _one(form, offered[form.printed_by_id]) | {"notice": notices[form.text_id]}
        for form in forms
    ]


def _one(form: ConsentForm, topics: Sequence[Topic]) -> dict[str, Any]:
    """All but the notice, which many forms share."""
    recipient = form.recipient
    asked = timezone.localdate(recipient.registered_at)
    return {
        "number": form.number,
        "title": TITLE,
        "lead": LEAD,
        "qr": _qr(form.number),
        "fields": _fields(form, topics),
        "statement": filled(form.text.statement),
        "topics": [
            _topic(form, topic)
            for topic in topics
            if not topic.commercial and (not topic.closed or any(_ticks(form.wanted, topic)))
        ],
        "commercial": [
            _topic(form, topic) for topic in topics if topic.commercial and not topic.closed
        ],
        "channel_words": _channel_words(form.text),
        "guardian": _guardian(form),
        "letter": None,
        "wish": f"{WISHES.get(recipient.wish_how, '')} {_day(asked)}".strip(),
        "version": str(form.text.version),
        "version_date": _day(form.text.valid_from),
    }


def _topic(form: ConsentForm, topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "description": topic.description,
        "words": filled(form.text.words_of_topic(topic.pk)),
        "mandatory": topic.mandatory,
        "ticks": _ticks(form.wanted, topic),
    }


def _channel_words(text: ConsentText) -> list[tuple[str, str]]:
    """What is said about a channel alone, under the table."""
    said = ((CHANNELS[kind], filled(text.words_of_channel(kind))) for kind in CONTACT_KINDS)
    return [(channel, words) for channel, words in said if words]


def _ticks(wanted: int, topic: Topic) -> list[bool | None]:
    """A box for each channel, ticked or not; None where the topic is not offered by it."""
    boxes = {kind: permissions.may(wanted, topic.bit, kind) for kind in CONTACT_KINDS}
    return [ticked if ticked or topic.offers(kind) else None for kind, ticked in boxes.items()]


def _fields(form: ConsentForm, topics: Sequence[Topic]) -> list[tuple[str, str]]:
    """Name always; an address only where a channel that uses it is ticked (minimisation)."""
    fields = [("Imię i nazwisko", _name(form.recipient.identity))]
    columns = zip(*(_ticks(form.wanted, topic) for topic in topics), strict=True)
    ticked = {kind for kind, column in zip(CONTACT_KINDS, columns, strict=False) if any(column)}
    points = form.recipient.contact_points.all() if form.recipient.pk else ()
    values = {point.kind: checks.spaced(point.kind, point.value) for point in points}
    for kind, label in FIELDS.items():
        if kind in ticked and kind in values:
            fields.append((label, values[kind]))
    return fields


def _guardian(form: ConsentForm) -> dict[str, str] | None:
    """The line for whoever signs for a child (art. 98 of the family code); None: of age."""
    born = form.recipient.identity.birth_date
    today = timezone.localdate(form.printed_at)
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years >= OF_AGE:
        return None
    guardian = form.recipient.guardian
    return {"name": f"{guardian.first_name} {guardian.last_name}" if guardian else ""}


def _name(identity: Identity) -> str:
    names = (identity.first_name, identity.second_name, identity.last_name)
    return " ".join(name for name in names if name)


def can_print(form: ConsentForm) -> bool:
    """Whether every letter on this form has a glyph."""
    try:
        render([form])
    except CannotPrint:
        return False
    return True


def sample(text: ConsentText, *, by: User) -> bytes:
    """The form in these words, saved or not, as an invented person would get it."""
    now = timezone.now()
    person = Recipient(
        identity=Identity("Anna", "Przykładowa", date(1980, 2, 14), Sex.FEMALE),
        registered_at=now,
        wish_how="desk",
    )
    form = ConsentForm(number="ZG-WZÓR", recipient=person, text=text, printed_at=now, printed_by=by)
    return render([form])


def notice(text: ConsentText) -> list[Mapping[str, str]]:
    """The information of art. 13 GDPR as sections with a title and a body, the names filled in."""
    paragraphs = (part.strip() for part in text.privacy_notice.split("\n\n"))
    parts = (part.partition(": ") for part in paragraphs if part)
    return [
        {"title": title, "body": filled(body.replace("\n", " "))} for title, _colon, body in parts
    ]


def filled(text: str) -> str:
    """The words of a consent with the municipality's names in them."""
    names = {name: str(value) for name, value in as_mapping(read(Municipality)).items()}
    return SHORT_WORD.sub("\\1\N{NO-BREAK SPACE}", braces.fill(text, names))


def _qr(number: str) -> str:
    """Draw a code that holds the form's number and nothing else."""
    out = io.BytesIO()
    segno.make(number, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, dark="#131e2e"
    )
    return out.getvalue().decode()


def _day(day: date) -> str:
    return f"{day.day}.{day.month:02}.{day.year}"

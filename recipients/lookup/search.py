"""From the one search box to people: what was typed says what it is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from icp.encryption.identifier import check_identifier
from recipients.models import ContactPoint, Recipient, living
from recipients.values import checks

from . import names

MOST = 50
_FORM_NUMBER = re.compile(r"ZG-\d{4}-\d{1,9}")

# What the box understood, for the line above the hits.
UNDERSTOOD = {
    "identifier": _("identifier"),
    "pesel": _("PESEL number"),
    "email": _("e-mail address"),
    "sms": _("phone number"),
    "epuap": _("ePUAP box"),
    "form": _("number of a consent form"),
    "name": _("name"),
    "name_too_short": _("name with fewer than 3 letters"),
    "nothing": _("nothing typed"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was understood (a key of UNDERSTOOD) and the primary keys found, best first."""

    understood: str
    ids: list[int]
    more: bool = False  # there are hits that are not listed

    @property
    def label(self) -> str:
        return str(UNDERSTOOD[self.understood])


def search(text: str, *, by: User) -> Found:
    """Find people by PESEL, phone, e-mail, ePUAP box, identifier, form number or name.

    Every search is audited: what was understood and how many were found, never what was typed.
    """
    found = _find(text.strip(), by)
    if found.understood not in {"nothing", "name_too_short"}:
        detail = {"understood": found.understood, "found": len(found.ids)}
        audit.record("recipient.searched", "recipients.recipient", by=by, detail=detail)
    return found


def exact(texts: Sequence[str], *, by: User) -> list[int | None]:
    """The card of each identifier or PESEL number; None where there is none that `by` may see.

    Identifiers of cards that were merged lead to the card that stayed. Audited as one search.
    """
    ids = [_one_exact(text) for text in texts]
    among = {pk for pk in ids if pk is not None}
    seen = set(living(by).filter(pk__in=among).values_list("pk", flat=True))
    found = [pk if pk in seen else None for pk in ids]
    detail = {"understood": "list", "found": len(seen), "asked": len(texts)}
    audit.record("recipient.searched", "recipients.recipient", by=by, detail=detail)
    return found


def _one_exact(text: str) -> int | None:
    hits = _by_identifier(text)
    if hits is None:
        hits = _by_pesel(text) or []
    return hits[0] if hits else None


def _find(text: str, by: User) -> Found:
    if not text:
        return Found("nothing", [])
    for understood, read in _READERS.items():
        ids = read(text)
        if ids is not None:
            ids = _seen_by(by, ids)
            return Found(understood, ids[:MOST], len(ids) > MOST)
    try:
        ids = names.search(text, MOST + 1, among=_own_of(by))
    except names.TooShort:
        return Found("name_too_short", [])
    return Found("name", ids[:MOST], len(ids) > MOST)


def _seen_by(by: User, ids: list[int]) -> list[int]:
    """The same order without the people of other units."""
    if by.scope is None:
        return ids
    seen = set(Recipient.objects.visible_to(by).filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in seen]


def _own_of(by: User) -> set[int] | None:
    """Whom a member of staff of a municipal unit may find; None: everybody."""
    if by.scope is None:
        return None
    return set(Recipient.objects.visible_to(by).values_list("pk", flat=True))


def _by_identifier(text: str) -> list[int] | None:
    if not check_identifier(text):
        return None
    typed = re.sub(r"[\s\-]", "", text).upper()
    body = typed[1:-1].translate(str.maketrans("OIL", "011"))
    people = Recipient.objects.filter(identifier=f"{typed[0]}{body}{typed[-1]}")
    # The identifier of a card that was merged leads to the one that stayed.
    return list(people.values_list(Coalesce("merged_into", "pk"), flat=True))


def _by_pesel(text: str) -> list[int] | None:
    try:
        number = checks.pesel(text).number
    except ValidationError:
        return None
    return list(
        Recipient.objects.filter(pesel_token=number).values_list("pk", flat=True)[: MOST + 1]
    )


def _by_form(text: str) -> list[int] | None:
    number = text.upper()
    if not _FORM_NUMBER.fullmatch(number):
        return None
    forms = Recipient.objects.filter(consent_forms__number=number)
    return list(forms.values_list("pk", flat=True))


def _by_contact(kind: str, looks_right: str) -> Callable[[str], list[int] | None]:
    shape = re.compile(looks_right)

    def read(text: str) -> list[int] | None:
        if not shape.fullmatch(text):
            return None
        try:
            value = checks.contact(kind, text)
        except ValidationError:
            return [] if kind != "sms" else None
        points = ContactPoint.objects.filter(kind=kind, value_token=value).order_by("recipient_id")
        return list(points.values_list("recipient_id", flat=True)[: MOST + 1])

    return read


_READERS: dict[str, Callable[[str], list[int] | None]] = {
    "form": _by_form,
    "identifier": _by_identifier,
    "email": _by_contact("email", r"\S+@\S*"),
    "epuap": _by_contact("epuap", r"/\S*"),
    "pesel": _by_pesel,
    "sms": _by_contact("sms", r"\+?[\d\s()\-]{9,}"),
}

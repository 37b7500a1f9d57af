"""From a form that a program posts to a report that somebody at the office looks at before it is shown."""

import json
import re
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from icp.encryption import tokens
from icp.uploads import UploadRefused
from recipients.address_register import places
from recipients.models import AddressPoint
from reports.intake.questions import BadAnswers, Stopped
from reports.models import (
    Open311Key,
    Open311Receipt,
    Origin,
    QuestionType,
    Report,
    ReportCategory,
    ReporterContact,
    ReportPhoto,
)
from reports.pictures import photos
from reports.steps import submitting
from reports.steps.submitting import NewReport

from . import keys, offer
from .records import id_of
from .refusing import Refused, all_of

LABEL = "open311.same"
LONGEST = 4000
SHORT = 200
LINK = re.compile(r"https?://[^\s<>\"']{3,1000}")
ATTRIBUTE = re.compile(r"attribute\[([a-z0-9_]{1,40})\](\[\])?")
MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,150}\.[^@\s,;<>]{2,24}")


def take(request: HttpRequest, extended: bool) -> list[dict[str, Any]]:
    """Check the key, then the report; raises Refused. Posted again word by word on the same day, it is the same."""
    given = request.POST
    key = _key(given.get("api_key", ""))
    if not given.get("service_code", "").strip():
        raise Refused(400, _("service_code is missing."))
    category = offer.offered(given["service_code"].strip())
    file = request.FILES.get("media")
    photo = _photo(file)
    try:
        row = _submitted(given, category, key, photo)
    except Refused:
        if photo is not None:
            photo.forget()
        raise
    said: dict[str, Any] = {
        "service_request_id": id_of(row.number),
        "service_notice": _(
            "Thank you. The report appears in public lists once somebody at the office has looked at it."
        ),
        "account_id": "",
    }
    if extended:
        said["extended_attributes"] = {"token": str(row.uid)}
    return [said]


def _key(text: str) -> Open311Key:
    key = keys.of_text(text.strip()) if text else None
    if key is None:
        raise Refused(403, _("The api_key is missing or not valid."))
    if not keys.use(key):
        words = _("This api_key has brought as many reports today as it may.")
        raise Refused(429, words, headers={"Retry-After": "3600"})
    return key


def _photo(file: UploadedFile | None) -> ReportPhoto | None:
    if file is None:
        return None
    try:
        return photos.keep(file)
    except UploadRefused as refused:
        raise Refused(400, f"media: {refused}") from None


def _submitted(
    given: QueryDict, category: ReportCategory, key: Open311Key, photo: ReportPhoto | None
) -> Report:
    new = _new(given, category, photo)
    try:
        with transaction.atomic():
            row = submitting.submit(
                new, origin=Origin.OPEN311, client_uuid=_name(given, key, photo)
            )
            Open311Receipt.objects.get_or_create(report=row, defaults={"key": key})
    except Stopped as stopped:
        raise Refused(400, stopped.choice.stop) from None
    except BadAnswers as bad:
        raise all_of(400, (f"attribute[{c}]: {words}" for c, words in bad.errors.items())) from None
    except submitting.Refused as refused:
        raise Refused(400, refused) from None
    if photo is not None and getattr(row, "replayed", False):
        photo.forget()
    return row


def _new(given: QueryDict, category: ReportCategory, photo: ReportPhoto | None) -> NewReport:
    latitude, longitude, address = _place(given)
    description = given.get("description", "").strip()
    link = given.get("media_url", "").strip()
    if len(description) > LONGEST:
        raise Refused(400, _("description may have at most 4000 characters."))
    if link and not LINK.fullmatch(link):
        raise Refused(400, _("media_url must be an address that begins with https://."))
    # Fetched by nobody: what lies there may be anything. Staff may follow it.
    whole = f"{description}\n\n{link}".strip()[:LONGEST] if link else description
    return NewReport(
        category=category,
        description=whole,
        latitude=latitude,
        longitude=longitude,
        answers=_answers(given, category),
        address=address,
        photos=(photo.uid,) if photo else (),
        contact=_contact(given),
    )


def _place(given: QueryDict) -> tuple[float, float, str]:
    """From lat and long, else from the address register, by address_id or by address_string."""
    text = given.get("address_string", "").strip()[:SHORT]
    if given.get("lat", "").strip() and given.get("long", "").strip():
        try:
            return float(given.get("lat", "")), float(given.get("long", "")), text
        except ValueError:
            raise Refused(
                400, _("lat and long must be degrees like 52.1676 and 22.2903.")
            ) from None
    number = given.get("address_id", "").strip()
    if number.isascii() and number.isdigit():
        house = AddressPoint.objects.filter(gone_since=None, pk=int(number[:15])).first()
        if house is not None:
            return house.latitude, house.longitude, text or str(house)
    if not text and not number:
        raise Refused(400, _("Say where: lat and long, or address_string, or address_id."))
    found = places.find(text) if text else []
    if not found:
        raise Refused(400, _("We do not know this address. Send lat and long."))
    return found[0].lat, found[0].lon, text


def _answers(given: QueryDict, category: ReportCategory) -> dict[str, Any]:
    types = {question.code: question.type for question in category.asked}
    answers: dict[str, Any] = {}
    for name in given:
        found = ATTRIBUTE.fullmatch(name)
        if found is None:
            continue
        values = [value for value in given.getlist(name) if value]
        if not values:
            continue
        many = bool(found[2]) or types.get(found[1]) == QuestionType.MULTI
        day = types.get(found[1]) == QuestionType.DATE
        answers[found[1]] = values if many else values[-1][:10] if day else values[-1]
    return answers


def _contact(given: QueryDict) -> ReporterContact | None:
    """Sealed with the report; an e-mail that is none is left out, not refused."""
    mail = given.get("email", "").strip()
    contact = ReporterContact(
        first_name=given.get("first_name", "").strip()[:SHORT],
        last_name=given.get("last_name", "").strip()[:SHORT],
        email=mail if MAIL.fullmatch(mail) else "",
        phone=given.get("phone", "").strip()[:30],
    )
    return None if contact == ReporterContact() else contact


def _name(given: QueryDict, key: Open311Key, photo: ReportPhoto | None) -> UUID:
    """The same for the same words of the same program on the same day, so that a retry is no second report."""
    words = sorted((name, given.getlist(name)) for name in given if name != "api_key")
    seen = photo.sha256 if photo else ""
    said = json.dumps([key.public, timezone.localdate().isoformat(), seen, words])
    return UUID(bytes=sha256(tokens.mac(LABEL, said.encode())).digest()[:16], version=5)

"""From a person to one document with everything that ICP holds about them (GDPR art. 15 and 20).

Keys and codes are English and stable, values are as they are kept; docs/copy-of-data.md describes the
document. Moments are ISO 8601 with their offset, days are ISO 8601, what is not known is null.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from admin_module.configuration import Municipality, read
from consents import form_pdf
from consents.models import Consent, ConsentForm, ConsentText, Scan, Topic
from recipients.contacts import permissions
from recipients.models import (
    CONTACT_KINDS,
    EpuapDocument,
    Recipient,
    RightsRequest,
    ValidationCode,
)
from recipients.same_person.joining import all_of

from . import apps, looks, sent

SCHEMA = "icp-copy-of-data/1"
Part = dict[str, Any]
# What apps above hold about a person: the name of a part of the document → what stands in it. They add
# theirs in AppConfig.ready, and its section of the printed copy to paper.further.
further: dict[str, Callable[[Recipient], object]] = {}


def gather(person: Recipient) -> Part:
    """The whole document; `person` is there and not erased."""
    pks = all_of(person)
    return {
        "schema": SCHEMA,
        "made_at": _moment(timezone.now()),
        "controller": _controller(),
        "person": _person(person),
        "address": _fields(person.address, "street", "house", "flat", "postal_code", "town"),
        "guardian": _fields(person.guardian, "first_name", "last_name", "phone", "email"),
        "contacts": _contacts(person),
        "devices": apps.of(person),
        "groups": sorted(person.groups.values_list("name", flat=True)),
        "consents": _consents(person, pks),
        "forms": _forms(pks),
        "messages": [_sent(one) for one in sent.described(list(sent.of(person)), person)],
        "codes": _codes(pks),
        "requests": _requests(pks),
        "epuap_documents": _documents(pks),
        "readings": [_look(one) for one in looks.described(looks.of(person))],
        **{name: gather(person) for name, gather in further.items()},
    }


def _controller() -> Part:
    office = read(Municipality)
    text = ConsentText.objects.valid_on(timezone.localdate()).first()
    return {
        "name": office.controller,
        "office": office.name,
        "address": office.address,
        "data_protection_officer": office.dpo,
        "notice": [dict(section) for section in form_pdf.notice(text)] if text else [],
    }


def _person(person: Recipient) -> Part:
    aliases = person.absorbed.values_list("identifier", flat=True)
    return {
        "identifier": person.identifier,
        "former_identifiers": sorted(aliases),
        **_fields(
            person.identity,
            *("first_name", "second_name", "last_name", "birth_date", "sex", "pesel"),
        ),
        "language": person.reads,
        "state": person.state,
        "state_until": _day(person.state_until),
        "state_reason": person.state_reason or None,
        "origin": person.origin,
        "registered_at": _moment(person.registered_at),
        "wish": person.wish_how or None,
    }


def _fields(document: object, *names: str) -> Part:
    """These fields of a sealed document; nothing where there is none."""
    if document is None:
        return {}
    return {name: _plain(getattr(document, name)) for name in names}


def _contacts(person: Recipient) -> list[Part]:
    """By what token a device is hinted at means nothing outside of ICP: devices are a part of their own."""
    return [
        {
            "channel": point.kind,
            "value": None if point.kind == "push" else point.value,
            "confirmed_at": _moment(point.verified_at),
        }
        for point in sorted(
            person.contact_points.all(), key=lambda point: CONTACT_KINDS.index(point.kind)
        )
    ]


def _consents(person: Recipient, pks: list[int]) -> Part:
    acts = list(
        Consent.objects.filter(recipient__in=pks)
        .select_related("topic", "text", "form")
        .order_by("pk")
    )
    texts = {act.text_id: act.text for act in acts}
    return {
        "current": [
            {"topic": topic.name, "channels": kinds}
            for topic in Topic.objects.all()
            if (
                kinds := [
                    kind
                    for kind in CONTACT_KINDS
                    if permissions.may(person.consents, topic.bit, kind)
                ]
            )
        ],
        "history": [
            {
                "at": _moment(act.at),
                "act": act.act,
                "topic": act.topic.name,
                "channel": act.channel,
                "how": act.how,
                "form": act.form.number if act.form else None,
                "text_version": act.text.version,
                "topic_words": form_pdf.filled(act.text.words_of_topic(act.topic_id)) or None,
            }
            for act in acts
        ],
        "texts": [
            {
                "version": text.version,
                "valid_from": _day(text.valid_from),
                "words": form_pdf.filled(text.statement),
            }
            for text in sorted(texts.values(), key=lambda text: text.version)
        ],
    }


def _forms(pks: list[int]) -> list[Part]:
    scans = {scan.form_id: scan for scan in Scan.objects.current().filter(recipient__in=pks)}
    return [
        {
            "number": form.number,
            "printed_at": _moment(form.printed_at),
            "received_at": _moment(form.received_at),
            "scanned_at": _moment(scans[form.pk].created_at) if form.pk in scans else None,
        }
        for form in ConsentForm.objects.filter(recipient__in=pks).order_by("pk")
    ]


def _sent(one: sent.Sent) -> Part:
    return {
        "at": _moment(one.at),
        "kind": one.kind,
        "channel": one.channel,
        "title": one.title,
        "text": one.text or None,
        "from": one.unit or None,
        "why": one.why,
        "state": one.state,
        "state_since": _moment(one.changed_at),
        "outcome": one.outcome,
    }


def _codes(pks: list[int]) -> list[Part]:
    """Moments only: of a code itself no more than a digest is kept."""
    by_address = ValidationCode.objects.filter(contact_point__recipient__in=pks)
    printed = ValidationCode.objects.filter(recipient__in=pks)
    rows = (by_address | printed).select_related("contact_point").order_by("pk")
    return [
        {
            "channel": code.contact_point.kind if code.contact_point else "paper",
            "asked_at": _moment(code.created_at),
            "expires_at": _moment(code.expires_at),
            "used_at": _moment(code.used_at),
        }
        for code in rows
    ]


def _requests(pks: list[int]) -> list[Part]:
    return [
        {
            "kind": row.kind,
            "how": row.how,
            "received_at": _moment(row.received_at),
            "due_on": _day(row.due_on),
            "closed_at": _moment(row.closed_at),
            "outcome": row.outcome or None,
            "asked": (row.words.asked or None) if row.words else None,
            "answer": (row.words.answer or None) if row.words else None,
        }
        for row in RightsRequest.objects.filter(recipient__in=pks).order_by("pk")
    ]


def _documents(pks: list[int]) -> list[Part]:
    rows = EpuapDocument.objects.filter(recipient__in=pks).defer("content", "arrival", "reading")
    return [
        {
            "arrived_at": _moment(row.arrived_at),
            "signed_at": _moment(row.signed_at),
            "purpose": row.purpose or None,
            "state": row.state,
            "ended_at": _moment(row.ended_at),
        }
        for row in rows.order_by("pk")
    ]


def _look(one: looks.Look) -> Part:
    """Roles and units: the names of staff are not the person's data."""
    return {
        "at": _moment(one.at),
        "what": one.what,
        "roles": one.roles or None,
        "unit": one.unit or None,
    }


def _moment(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else (value or None)
